from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ScreensConfig(AppConfig):
    name = "artel.screens"
    label = "screens"
    verbose_name = _("Screens")

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415 -- registers Django's system checks
        from .bulk import matching  # noqa: F401, PLC0415 -- declares the job that changes many records

        autodiscover_modules(
            "roles", "options", "commands", "reactions", "screens", "resources", "reports", "home"
        )
