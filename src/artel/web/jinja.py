"""The page engine: Jinja2 with escaping on, the person's language, our filters and every macro of ui/ at hand.

There is one engine a language. What a language settles — texts, icons, addresses without a record — is worked out when a
template is compiled and stands in it as plain markup.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.template import engines
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from . import assets, formats
from .addresses import page_address
from .keys import key_to

MACROS = (
    "marks",
    "fields",
    "menus",
    "list",
    "views",
    "board",
    "panels",
    "reports",
    "timeline",
    "live",
    "around",
    "home",
    "bulk",
)

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


def icon(name: str, size: str = "") -> Markup:
    """A Tabler icon of the sprite, hidden from screen readers: the words stand beside it."""
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(f"ti {size}".strip(), assets.script("icons.svg"), name)


def query_with(query: str, name: str, value: Any) -> str:
    """The same parameters of an address with another value of one."""
    return urlencode({**dict(parse_qsl(query)), name: value})


def builder_words() -> str:
    """The words of the query builder as JSON, in the reader's language."""
    words = {
        "all": pgettext("filter", "all of these"),
        "any": pgettext("filter", "any of these"),
        "none": pgettext("filter", "none of these"),
        "mode": gettext("How conditions are joined"),
        "field": gettext("Field"),
        "operator": gettext("Comparison"),
        "value": gettext("Value"),
        "itself": pgettext("filter", "the record itself"),
        "choose": gettext("choose…"),
        "find": gettext("Name, code or number"),
        "hidden": gettext("closed to you"),
        "has": pgettext("filter", "there is one of"),
        "hasNo": pgettext("filter", "there is none of"),
        "related": gettext("Related records"),
        "addCondition": gettext("Condition"),
        "addGroup": gettext("Group"),
        "addRelated": gettext("Related records"),
        "remove": gettext("Remove the condition"),
        "removeGroup": gettext("Remove the group"),
        "found": gettext("Found:"),
        "failed": gettext("The fields could not be read. Try again."),
        "addRule": gettext("Rule"),
        "removeRule": gettext("Remove the rule"),
        "style": gettext("How it looks"),
        "column": gettext("What is marked"),
    }
    return json.dumps(words, ensure_ascii=False)


def said(message: str) -> Markup:
    """A text of a template; `%%` is a percent sign, as in texts that take values."""
    return Markup(gettext(message) % {})  # noqa: S704 -- texts of our own


SETTLED: dict[str, Callable[..., str]] = {
    "_": said,
    "gettext": said,
    "pgettext": lambda context, message: Markup(pgettext(context, message) % {}),  # noqa: S704 -- texts of our own
    "icon": icon,
    "url": page_address,
    "static": static,
    "script": assets.script,
}
"""Functions whose answer to constants never changes while the process lives."""


TOKEN = "<token>"
"""Where the token of a page's forms belongs in markup that is kept: no shown value can read so, for those are escaped."""


def with_token(markup: Markup, token: str) -> Markup:
    """Markup made for no page in particular, with the token of this page in its forms."""
    return Markup(str.replace(markup, TOKEN, token))  # noqa: S704 -- a token is letters and digits


def _kept_macros() -> Callable[..., Markup]:
    """`once(macro, …)`: what a macro makes of these values, made once as long as they come again.

    They are compared, so they must say all that the markup shows; nothing can get into it that the page was not given.
    """

    @lru_cache(maxsize=512, typed=True)
    def once(macro: Callable[..., Markup], *given: Any) -> Markup:
        return macro(*given)

    return once


class Settling(NodeTransformer):
    """Puts the answers of SETTLED functions into the place of their calls with constants."""

    def __init__(self, language: str) -> None:
        self.language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- the visitor's names
        self.generic_visit(node)
        settle = SETTLED.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if settle is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            given = [each.as_const() for each in node.args]
        except nodes.Impossible:
            return node
        with translation.override(self.language):
            answer = escape(settle(*given))
        return nodes.TemplateData(str(answer), lineno=node.lineno, environment=node.environment)


def engine_of(language: str) -> Environment:
    """The engine of a language, over the templates of all rooms."""
    return _engine_of(language, assets.edition())


@lru_cache(maxsize=4)
def _engine_of(language: str, _edition: float) -> Environment:
    class Writer(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 -- the visitor's names
            super().visit_Template(Settling(language).visit(node), frame)
            self.writeline("from artel.web.jinja import escaped as escape")

    shared = engines["jinja2"].env  # type: ignore[attr-defined]
    speak = _speaker(language)
    own = {
        "_": speak,
        "gettext": speak,
        "ngettext": _counter(language),
        "icon": lru_cache(maxsize=1024)(icon),
    }
    return environment(Writer, own, loader=shared.loader, auto_reload=shared.auto_reload)


def escaped(value: Any) -> str:
    """What is put into a page for a value: markup as it is, anything else escaped."""
    return value if type(value) is Markup else escape(value)


def _counter(language: str) -> Callable[..., Markup]:
    """ngettext of one language; most pages count the same few days and records."""

    @lru_cache(maxsize=4096)
    def chosen(singular: str, plural: str, count: int) -> Markup:
        with translation.override(language):
            return Markup(ngettext(singular, plural, count))  # noqa: S704 -- texts of our own

    def count(singular: str, plural: str, num: int, /, **given: Any) -> Markup:
        return chosen(singular, plural, num) % {"num": num, **given}

    return count


def _speaker(language: str) -> Callable[..., Markup]:
    """gettext of one language for texts that take values: each is looked up once."""
    known: dict[str, Markup] = {}

    def speak(message: str, /, **given: Any) -> Markup:
        if message not in known:
            with translation.override(language):
                known[message] = Markup(gettext(message))  # noqa: S704 -- texts of our own
        return known[message] % given

    return speak


def environment(
    writer: type[CodeGenerator] = CodeGenerator, own: Mapping[str, Any] | None = None, **options: Any
) -> Environment:
    """What Django's Jinja2 backend calls once; see settings TEMPLATES. `own` takes the place of functions of the same names."""
    options.pop("autoescape", None)
    options |= {"extensions": ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]}
    made = Environment(**{**options, "trim_blocks": True, "lstrip_blocks": True}, autoescape=True)
    made.code_generator_class = writer
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.filters.update({each.__name__: each for each in (*FILTERS, with_token)})
    made.globals.update(
        static=static,
        url=page_address,
        icon=icon,
        script=assets.script,
        styles=assets.styles,
        fonts=assets.fonts,
        build=assets.build,
        symbol=formats.symbol,
        is_russian=formats.is_russian,
        query_with=query_with,
        builder_words=builder_words,
        key_to=key_to,
        token_field=Markup(f'<input type="hidden" name="csrfmiddlewaretoken" value="{TOKEN}">'),  # noqa: S704
        once=_kept_macros(),
    )
    made.globals.update(own or {})
    _share_macros(made)
    return made


def _share_macros(made: Environment) -> None:
    """Macros of ui/ are components: every template calls them by name, with no import line."""
    for part in MACROS:
        module = made.get_template(f"web/ui/{part}.html").module
        made.globals.update({name: value for name, value in vars(module).items() if not name.startswith("_")})
