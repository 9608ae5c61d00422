from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompanyConfig(AppConfig):
    name = "artel.domains.company"
    label = "company"
    verbose_name = _("Company")

    def ready(self) -> None:
        from . import access, shipped  # noqa: F401, PLC0415 -- what grants ask, what every base has
