from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Registers the room; pages themselves are found through the URLs."""

    name = "artel.web"
    label = "web"
    verbose_name = _("Pages")
