from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "artel.api"
    label = "api"
    verbose_name = _("Interface for programs")

    def ready(self) -> None:
        from . import shipped  # noqa: F401, PLC0415 -- what every base has
        from .hooks import following, telling, upkeep  # noqa: F401, PLC0415 -- declare their jobs
