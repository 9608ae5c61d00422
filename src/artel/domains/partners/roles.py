"""What the shipped roles may do with the client base."""

from artel.kernel.permissions import declare

_RECORDS = ("partner", "legalentity", "partnerlegalentity", "person", "contactrole", "partnerrelation")
_PARTS = ("partnercontactpoint", "personcontactpoint", "partnerfirstinterest")
_DIRECTORIES = ("businessregion", "channel", "position", "contactpersonrole", "partnerrelationkind")


def _all(verb: str, *groups: tuple[str, ...]) -> list[str]:
    return [f"partners.{verb}_{word}" for group in groups for word in group]


SEEING = _all("view", _RECORDS, _PARTS, _DIRECTORIES)
WRITING = [permission for verb in ("add", "change", "delete") for permission in _all(verb, _RECORDS, _PARTS)]
# A salesman meets new positions daily; regions and channels divide the whole market and are not his to invent.
MEETING = _all("add", ("position",))

declare("sales_manager", *SEEING, *WRITING, *MEETING)
declare("head", "partners.*")
declare("marketer", *SEEING, *_all("add", _DIRECTORIES), *_all("change", _DIRECTORIES))
