import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import artel.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Currency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "code",
                    models.SlugField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="fixed code"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=250, verbose_name="name in English"
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "digits",
                    models.PositiveSmallIntegerField(default=2, verbose_name="digits after the point"),
                ),
                ("symbol", models.CharField(blank=True, default="", max_length=8, verbose_name="symbol")),
                (
                    "is_management",
                    models.BooleanField(default=False, editable=False, verbose_name="management currency"),
                ),
            ],
            options={
                "verbose_name": "currency",
                "verbose_name_plural": "currencies",
                "indexes": [
                    models.Index(fields=["sort_name", "id"], name="currency_by_name"),
                    models.Index(fields=["code", "id"], name="currency_by_code"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)), fields=("code",), name="currency_code_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_management", True)),
                        fields=("is_management",),
                        name="currency_management_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CurrencyRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="company.currency",
                        verbose_name="currency",
                    ),
                ),
                ("on", models.DateField(verbose_name="from day")),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=6,
                        max_digits=18,
                        validators=[django.core.validators.MinValueValidator(1e-06)],
                        verbose_name="rate",
                    ),
                ),
                (
                    "multiplicity",
                    models.PositiveIntegerField(
                        default=1,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="per units",
                    ),
                ),
            ],
            options={
                "verbose_name": "currency rate",
                "verbose_name_plural": "currency rates",
                "indexes": [models.Index(fields=["on", "id"], name="rate_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("currency", "on"),
                        name="rate_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("multiplicity__gt", 0), ("rate__gt", 0)), name="rate_above_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "code",
                    models.SlugField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="fixed code"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=250, verbose_name="name in English"
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="company.department",
                        verbose_name="above",
                    ),
                ),
                ("path", models.CharField(default="", editable=False, max_length=1000)),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="head",
                    ),
                ),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "indexes": [models.Index(fields=["sort_name", "id"], name="dept_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("parent__isnull", False)),
                        fields=("parent", "sort_name"),
                        name="department_name_once_below",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("parent__isnull", True)),
                        fields=("sort_name",),
                        name="department_name_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="department_code_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Employee",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="employments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="employees",
                        to="company.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "position",
                    models.CharField(blank=True, default="", max_length=150, verbose_name="position"),
                ),
                (
                    "started_on",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="works from"),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="works until")),
            ],
            options={
                "verbose_name": "employee",
                "verbose_name_plural": "employees",
                "indexes": [
                    models.Index(fields=["sort_name", "id"], name="employee_by_name"),
                    models.Index(fields=["user", "department"], name="employee_of_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("user__isnull", False)),
                        fields=("user",),
                        name="employee_user_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="employee_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "full_name",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="full name"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("company", "company"), ("person", "sole trader")],
                        default="company",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("inn", models.CharField(blank=True, default="", max_length=12, verbose_name="INN")),
                ("kpp", models.CharField(blank=True, default="", max_length=9, verbose_name="KPP")),
                ("ogrn", models.CharField(blank=True, default="", max_length=15, verbose_name="OGRN")),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "indexes": [models.Index(fields=["sort_name", "id"], name="org_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="organisation_name_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkCalendar",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "code",
                    models.SlugField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="fixed code"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=250, verbose_name="name in English"
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
            ],
            options={
                "verbose_name": "work calendar",
                "verbose_name_plural": "work calendars",
                "indexes": [models.Index(fields=["sort_name", "id"], name="cal_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="calendar_code_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="company.workcalendar",
                        verbose_name="work calendar",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("off", "day off"),
                            ("working", "working day"),
                            ("shortened", "shortened day"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("comment", models.CharField(blank=True, default="", max_length=150, verbose_name="comment")),
            ],
            options={
                "verbose_name": "day of a calendar",
                "verbose_name_plural": "days of a calendar",
                "indexes": [models.Index(fields=["on", "id"], name="calday_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("calendar", "on"),
                        name="calday_once",
                    )
                ],
            },
        ),
    ]
