from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "artel.domains.deals"
    label = "deals"
    verbose_name = _("Deals")

    def ready(self) -> None:
        from . import shipped, subjects  # noqa: F401, PLC0415 -- what every base has, what is talked about
