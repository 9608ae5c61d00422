"""Who acts: people with a login, and the tokens that programs act with on a person's behalf."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.lib.names import sort_key, split_full_name

from .facts import Facts
from .records import Record, RecordQuerySet


class UserQuerySet(RecordQuerySet["User"]):
    """People with a login."""

    def active(self) -> UserQuerySet:
        return self.filter(is_active=True, is_deleted=False)

    def get_by_natural_key(self, login: str) -> User:
        return self.get(login=login)


class User(Record, AbstractBaseUser):
    """A person who signs in. Not an employee: a person may work in the house without a login, or the other way round."""

    facts: ClassVar[Facts] = Facts(
        secret=("password",),
        personal=("login", "name", "sort_name", "email", "password"),
        lookup=("login", "name", "email"),
        search=("name", "login"),
        public=True,
        standing=True,
    )

    last_login = None  # moments of sign-in are not facts about the person
    login = models.CharField(_("login"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=250)
    sort_name = models.CharField(max_length=250, editable=False, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(_("language"), max_length=5, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, default="")

    objects: ClassVar[Any] = UserQuerySet.as_manager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="user_by_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.login

    @classmethod
    def prepare(cls, row: dict[str, Any]) -> None:
        super().prepare(row)
        if "name" in row:
            row["name"] = row["name"] or row.get("login", "")
            row["sort_name"] = sort_key(row["name"])[:250]

    @property
    def short(self) -> str:
        """«Иванов И. И.»: the name as lists show it."""
        return split_full_name(self.name).short() or self.login

    def check_password(self, raw_password: str | None) -> bool:
        """Compare only: a stored hash is renewed by the command that sets a password, never in passing."""
        from django.contrib.auth.hashers import check_password  # noqa: PLC0415 -- avoids the setter of the parent

        return raw_password is not None and check_password(raw_password, self.password)


class Token(Record):
    """A program's key. Only its hash is kept; it may do what its person may, within its scopes, until it expires."""

    facts: ClassVar[Facts] = Facts(owner="user", secret=("digest",), standing=True)

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("user"), related_name="tokens")
    name = models.CharField(_("name"), max_length=150)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet["Token"].as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_live(self) -> bool:
        past = self.expires_at is not None and self.expires_at <= timezone.now()
        return not (past or self.revoked_at or self.is_deleted)


def unusable_password() -> str:
    return make_password(None)
