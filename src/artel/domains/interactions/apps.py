from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "artel.domains.interactions"
    label = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        from . import digests, erasing, subjects  # noqa: F401, PLC0415 -- keep the digests; say who sees what
