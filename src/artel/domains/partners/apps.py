from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "artel.domains.partners"
    label = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from . import shipped  # noqa: F401, PLC0415 -- declares what every base has
