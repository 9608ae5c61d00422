from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "artel.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        from artel.lib.tabular.reading import OTHER_FORMATS, Format  # noqa: PLC0415

        from . import trying, work  # noqa: F401, PLC0415 -- declare the jobs that check and import a file
        from .vcard.reading import MARK, card_records  # noqa: PLC0415

        OTHER_FORMATS.append(Format(MARK, card_records))
