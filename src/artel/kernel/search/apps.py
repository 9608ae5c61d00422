from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "artel.kernel.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from . import migrating, writing  # noqa: F401, PLC0415 -- the writer registers itself with the journal

        post_migrate.connect(migrating.after_migrate, sender=self)
