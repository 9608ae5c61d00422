"""The company itself: its legal faces, its departments and people, its money and its working days."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from artel.kernel.days import company_today
from artel.kernel.facts import Facts
from artel.kernel.records import Item, Named, Record, RecordQuerySet
from artel.kernel.trees import Branch, BranchQuerySet, names_once, not_inside

from .queries import CurrencyQuerySet, EmployeeQuerySet, RateQuerySet


class OrganisationKind(models.TextChoices):
    """What an own organisation is before the law."""

    COMPANY = "company", _("company")
    ENTREPRENEUR = "person", _("sole trader")


class Organisation(Named):
    """An own legal entity or sole trader (организация). One base serves one company with any number of them."""

    facts: ClassVar[Facts] = Facts(lookup=("name", "inn"), search=("name", "full_name", "inn"), public=True)

    full_name = models.CharField(_("full name"), max_length=500, blank=True, default="")
    kind = models.CharField(
        _("kind"), max_length=10, choices=OrganisationKind, default=OrganisationKind.COMPANY
    )
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, default="")
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True, default="")
    is_archived = models.BooleanField(_("archived"), default=False)

    objects: ClassVar[Any] = RecordQuerySet["Organisation"].as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["sort_name", "id"], name="org_by_name")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["sort_name"], condition=Q(is_deleted=False), name="organisation_name_once"
            ),
        ]


class Department(Branch):
    """A part of the company (подразделение); the head of one sees the records of it and below."""

    facts: ClassVar[Facts] = Facts(
        lookup=("name", "name_en"), search=("name", "name_en"), public=True, among={"parent": not_inside}
    )

    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("head"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects: ClassVar[Any] = BranchQuerySet["Department"].as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="dept_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = names_once("department")


class Employee(Named):
    """A person who works in the house, with or without a login."""

    facts: ClassVar[Facts] = Facts(
        personal=("name", "sort_name"), lookup=("name",), search=("name", "position"), public=True
    )

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("user"),
        null=True,
        blank=True,
        db_index=False,
        related_name="employments",
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), related_name="employees"
    )
    position = models.CharField(_("position"), max_length=150, blank=True, default="")
    started_on = models.DateField(_("works from"), default=company_today)
    ended_on = models.DateField(_("works until"), null=True, blank=True)

    objects: ClassVar[Any] = EmployeeQuerySet["Employee"].as_manager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="employee_by_name"),
            models.Index(fields=["user", "department"], name="employee_of_user"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_deleted=False, user__isnull=False), name="employee_user_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="employee_dates"
            ),
        ]


class Currency(Item):
    """A currency by its ISO 4217 code. One of them is the management currency, in which the company counts."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("code", "name", "name_en"), public=True, standing=True
    )

    digits = models.PositiveSmallIntegerField(_("digits after the point"), default=2)
    symbol = models.CharField(_("symbol"), max_length=8, blank=True, default="")
    is_management = models.BooleanField(_("management currency"), default=False, editable=False)

    objects: ClassVar[Any] = CurrencyQuerySet["Currency"].as_manager()

    class Meta:
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="currency_by_name"),
            models.Index(fields=["code", "id"], name="currency_by_code"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(is_deleted=False), name="currency_code_once"
            ),
            models.UniqueConstraint(
                fields=["is_management"], condition=Q(is_management=True), name="currency_management_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CurrencyRate(Record):
    """What `multiplicity` units of a currency cost in the management currency from a day on."""

    facts: ClassVar[Facts] = Facts(public=True)

    currency = models.ForeignKey(
        Currency, models.PROTECT, verbose_name=_("currency"), related_name="rates", db_index=False
    )
    on = models.DateField(_("from day"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=6, validators=[MinValueValidator(0.000001)]
    )
    multiplicity = models.PositiveIntegerField(_("per units"), default=1, validators=[MinValueValidator(1)])

    objects: ClassVar[Any] = RateQuerySet["CurrencyRate"].as_manager()

    class Meta:
        verbose_name = _("currency rate")
        verbose_name_plural = _("currency rates")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["on", "id"], name="rate_by_day")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["currency", "on"], condition=Q(is_deleted=False), name="rate_once_a_day"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0, multiplicity__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}"


class WorkCalendar(Item):
    """Which days are worked (производственный календарь). Monday to Friday, except the days written down."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True
    )

    objects: ClassVar[Any] = RecordQuerySet["WorkCalendar"].as_manager()

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["sort_name", "id"], name="cal_by_name")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="calendar_code_once"),
        ]


class DayKind(models.TextChoices):
    """How a day differs from the week's pattern."""

    OFF = "off", _("day off")
    WORKING = "working", _("working day")
    SHORTENED = "shortened", _("shortened day")


class CalendarDay(Record):
    """A day of a work calendar that differs from the pattern of the week."""

    facts: ClassVar[Facts] = Facts(public=True)

    calendar = models.ForeignKey(
        WorkCalendar, models.PROTECT, verbose_name=_("work calendar"), related_name="days", db_index=False
    )
    on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind)
    comment = models.CharField(_("comment"), max_length=150, blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["CalendarDay"].as_manager()

    class Meta:
        verbose_name = _("day of a calendar")
        verbose_name_plural = _("days of a calendar")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["on", "id"], name="calday_by_day")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["calendar", "on"], condition=Q(is_deleted=False), name="calday_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"
