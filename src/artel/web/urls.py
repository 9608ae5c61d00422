"""Addresses of the pages: a word for what belongs to nobody, then `/<path of the entity>/…`."""

from __future__ import annotations

from django.urls import path

from .pages import errors, home, personal, sign_in

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("settings", personal.personal, name="settings"),
    path("settings/password", personal.password, name="password"),
    path("settings/look", personal.look, name="look"),
    path("settings/theme", personal.theme, name="theme"),
    path("keys", home.keys, name="keys"),
    path("more", home.more, name="more"),
    path("find", home.find, name="find"),
    path("offline", errors.offline, name="offline"),
]
