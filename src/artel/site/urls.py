"""Every address of the house: rooms own their lists, this file only joins them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from artel.api.urls import nowhere

from .addresses import sorted_out

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("artel.api.urls")),
    re_path(r"^api(/.*)?$", nowhere),
    sorted_out("artel.web.urls"),
]

handler400 = "artel.web.pages.errors.bad_request"
handler403 = "artel.web.pages.errors.forbidden"
handler404 = "artel.web.pages.errors.not_found"
handler500 = "artel.web.pages.errors.broken"
