"""The page engine: Jinja2 with escaping on, the person's language, our filters and every macro of ui/ at hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment
from markupsafe import Markup

from . import assets, formats

MACROS = ("marks", "fields", "menus", "list", "panels", "reports")

FILTERS = (
    formats.number,
    formats.money,
    formats.percent,
    formats.share,
    formats.day,
    formats.long_day,
    formats.feed_day,
    formats.clock,
    formats.moment,
    formats.typed_day,
    formats.initials,
    formats.sized,
)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Address of a named page."""
    return reverse(name, args=args, kwargs=kwargs)


def icon(name: str, size: str = "") -> Markup:
    """A Tabler icon of the sprite, hidden from screen readers: the words stand beside it."""
    classes = f"ti {size}".strip()
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(classes, assets.script("icons.svg"), name)


def query_with(query: str, name: str, value: Any) -> str:
    """The same parameters of an address with another value of one."""
    return urlencode({**dict(parse_qsl(query)), name: value})


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend calls once; see settings TEMPLATES."""
    options.pop("autoescape", None)
    options |= {"extensions": ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]}
    made = Environment(**{**options, "trim_blocks": True, "lstrip_blocks": True}, autoescape=True)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.filters.update({each.__name__: each for each in FILTERS})
    made.globals.update(
        static=static,
        url=url,
        icon=icon,
        script=assets.script,
        styles=assets.styles,
        symbol=formats.symbol,
        is_russian=formats.is_russian,
        query_with=query_with,
    )
    _share_macros(made)
    return made


def _share_macros(made: Environment) -> None:
    """Macros of ui/ are components: every template calls them by name, with no import line."""
    for part in MACROS:
        module = made.get_template(f"web/ui/{part}.html").module
        made.globals.update({name: value for name, value in vars(module).items() if not name.startswith("_")})
