"""The servers: pages run as WSGI in threads, which is faster than Django's ASGI and needs no async code."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")

pages = get_wsgi_application()
