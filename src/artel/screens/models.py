"""Saved views: a list or board as somebody arranged it, kept under a name, for himself or for others; and how the day is arranged."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel import colleagues
from artel.kernel.access import ADMINISTER
from artel.kernel.actors import Actor
from artel.kernel.facts import Facts
from artel.kernel.records import Item, Record, RecordQuerySet
from artel.kernel.roles import Grant, Role

VIEW, CHANGE = "screens.view_savedview", "screens.change_savedview"
HOME_VIEW, HOME = "screens.view_homearrangement", "screens.change_homearrangement"
SHARE, PIN = "screens.share_savedview", "screens.change_viewpin"


class ViewKind(models.TextChoices):
    """What a view arranges."""

    TABLE = "table", _("list")
    BOARD = "board", _("board")


class Audience(models.TextChoices):
    """Who beside its owner sees a view; what it shows them is only what is theirs to see."""

    NOBODY = "nobody", pgettext_lazy("audience", "only me")
    LISTED = "listed", pgettext_lazy("audience", "roles and departments")
    EVERYONE = "everyone", pgettext_lazy("audience", "everyone")


class Density(models.TextChoices):
    """How tall the rows are; empty is the person's own setting."""

    OWN = "", _("as in my settings")
    DENSE = "dense", _("dense")
    REGULAR = "regular", _("roomy")


def _whose(actor: Actor, permission: str) -> Q:
    """A view is its owner's. Seen it is also by those it is shared with; administrators see to what is shared."""
    own = Q(owner=actor.user_id) if actor.user_id else Q(pk__in=[])
    if permission in {VIEW, PIN}:
        shares = ViewShare.objects.filter(_listed(actor), is_deleted=False).values("view")
        return own | Q(audience=Audience.EVERYONE) | Q(audience=Audience.LISTED, pk__in=shares)
    return own | ~Q(audience=Audience.NOBODY) if actor.has(ADMINISTER) else own


def _listed(actor: Actor) -> Q:
    """Rows that share a view with a role of the actor or a department he works in."""
    roles = Grant.objects.filter(user=actor.user_id, is_deleted=False).values("role")
    known = colleagues.known()
    if known is None or actor.user_id is None:
        return Q(role__in=roles)
    return Q(role__in=roles) | Q(unit__in=known.units(actor.user_id))


class SavedView(Item):
    """A list (or board) as it was arranged: what is asked, in which order, with which columns, grouped and marked how.

    `filter` is a tree of the language of filters; `columns` are `{"name", "width"}` in their order; `formats` are
    `{"when": tree, "style", "column"}`, the first that holds counts; `layout` is a board's own. A view without an owner
    ships with the product.
    """

    facts: ClassVar[Facts] = Facts(rule=_whose, arrangement=True, standing=True, lookup=("code", "name"))

    entity = models.CharField(_("entity"), max_length=100)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        related_name="+",
    )
    audience = models.CharField(_("who sees it"), max_length=10, choices=Audience, default=Audience.NOBODY)
    kind = models.CharField(_("kind"), max_length=10, choices=ViewKind, default=ViewKind.TABLE)
    filter = models.JSONField(pgettext_lazy("list", "filter"), default=dict, blank=True)
    sort = models.CharField(pgettext_lazy("list", "order"), max_length=100, blank=True, default="")
    columns = models.JSONField(_("columns"), default=list, blank=True)
    group_by = models.CharField(_("grouped by"), max_length=100, blank=True, default="")
    formats = models.JSONField(_("conditional formatting"), default=list, blank=True)
    density = models.CharField(_("rows"), max_length=10, choices=Density, blank=True, default=Density.OWN)
    layout = models.JSONField(_("layout"), default=dict, blank=True)

    objects: ClassVar[Any] = RecordQuerySet["SavedView"].as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["entity", "owner", "sort_name"],
                condition=Q(is_deleted=False, owner__isnull=False),
                name="savedview_name_once",
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="savedview_code_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity", "sort_name", "id"], name="savedview_of_entity"),
        ]


class ViewShare(Record):
    """A role or a department (by its key) that a view is shared with."""

    facts: ClassVar[Facts] = Facts(parent="view", arrangement=True, standing=True)

    view = models.ForeignKey(SavedView, models.PROTECT, verbose_name=_("saved view"), related_name="shares")
    role = models.ForeignKey(
        Role, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="+"
    )
    unit = models.UUIDField(_("department"), null=True, blank=True)

    objects: ClassVar[Any] = RecordQuerySet["ViewShare"].as_manager()

    class Meta:
        verbose_name = _("share of a view")
        verbose_name_plural = _("shares of views")

    def __str__(self) -> str:
        return f"{self.view}: {self.role or self.unit}"


class ViewPin(Record):
    """A view that a person keeps at hand, at its place among others; one of an entity may open first."""

    facts: ClassVar[Facts] = Facts(owner="user", arrangement=True, standing=True)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("user"), related_name="+"
    )
    view = models.ForeignKey(SavedView, models.PROTECT, verbose_name=_("saved view"), related_name="pins")
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"), default=0)
    opens_first = models.BooleanField(_("opens first"), default=False)

    objects: ClassVar[Any] = RecordQuerySet["ViewPin"].as_manager()

    class Meta:
        verbose_name = _("pinned view")
        verbose_name_plural = _("pinned views")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "view"], condition=Q(is_deleted=False), name="viewpin_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.view}"


def _whose_home(actor: Actor, permission: str) -> Q:
    """One's own; what stands for a role its people see, and administrators arrange."""
    own = Q(user=actor.user_id) if actor.user_id else Q(pk__in=[])
    if actor.has(ADMINISTER):
        return own | Q(role__isnull=False)
    if permission == HOME_VIEW:
        return own | Q(role__in=Grant.objects.filter(user=actor.user_id, is_deleted=False).values("role"))
    return own


class HomeArrangement(Record):
    """How a person arranged his start page, or an administrator that of a role.

    `widgets` are `{"key", "size"}` in their order; `removed` the keys that were there to be had and left out: what rooms
    bring later is shown until somebody leaves it out.
    """

    facts: ClassVar[Facts] = Facts(rule=_whose_home, arrangement=True, standing=True)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("user"),
        null=True,
        blank=True,
        related_name="+",
    )
    role = models.ForeignKey(
        Role, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="+"
    )
    widgets = models.JSONField(_("widgets"), default=list, blank=True)
    removed = models.JSONField(_("widgets left out"), default=list, blank=True)

    objects: ClassVar[Any] = RecordQuerySet["HomeArrangement"].as_manager()

    class Meta:
        verbose_name = _("arrangement of the start page")
        verbose_name_plural = _("arrangements of the start page")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_deleted=False, user__isnull=False), name="home_once_a_user"
            ),
            models.UniqueConstraint(
                fields=["role"], condition=Q(is_deleted=False, role__isnull=False), name="home_once_a_role"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.role)
