from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "artel.kernel.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from . import commands, examining, sweeping  # noqa: F401, PLC0415 -- they declare acts and jobs, and need the models
