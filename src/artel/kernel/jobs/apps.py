from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "artel.kernel.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """A worker must know every declaration before the first delivery."""
        from . import commands, upkeep  # noqa: F401, PLC0415 -- declare themselves, and need the models

        autodiscover_modules("reactions")
