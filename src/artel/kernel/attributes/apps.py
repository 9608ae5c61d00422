from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AttributesConfig(AppConfig):
    name = "artel.kernel.attributes"
    label = "attributes"
    verbose_name = _("Attributes")

    def ready(self) -> None:
        """SQLite remakes a table in many migrations and drops the indexes that no model names: make them again."""
        from . import commands  # noqa: F401, PLC0415 -- declares them, and needs the models

        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(sender: AppConfig, **kwargs: Any) -> None:
    from .indexes import keep_after_migrate  # noqa: PLC0415 -- needs the models

    keep_after_migrate()
