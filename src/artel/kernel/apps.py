from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "artel.kernel"
    label = "kernel"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        from . import account_acts, rights_acts, sealing, shipped  # noqa: F401, PLC0415 -- they need every table

        post_migrate.connect(shipped.unpack, dispatch_uid="artel.kernel.shipped")
