from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "artel.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        from . import preparing, work  # noqa: F401, PLC0415 -- declare the jobs that check and import a file
