from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "artel.kernel.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from . import checks, migrating  # noqa: F401, PLC0415 -- models are loaded by now

        pre_migrate.connect(migrating.before_migrate, sender=self)
        post_migrate.connect(migrating.after_migrate, sender=self)
