from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "artel.domains.deals"
    label = "deals"
    verbose_name = _("Deals")

    def ready(self) -> None:
        from . import shipped  # noqa: F401, PLC0415 -- declares what every base has
