from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import artel.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("company", "0001_initial"),
        ("kernel", "0001_initial"),
        ("partners", "0001_initial"),
        ("products", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DealKind",
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
                    "type",
                    models.CharField(
                        choices=[
                            ("standard", "standard sale"),
                            ("manual", "stages moved by hand"),
                            ("none", "without a process"),
                        ],
                        default="manual",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                ("is_allowed", models.BooleanField(default=True, verbose_name="may be used")),
                ("records_demand", models.BooleanField(default=True, verbose_name="records primary demand")),
                (
                    "separate_accounting",
                    models.BooleanField(default=False, verbose_name="separate accounting of goods"),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                ("path", models.JSONField(blank=True, default=list, editable=False)),
            ],
            options={
                "verbose_name": "kind of deal",
                "verbose_name_plural": "kinds of deals",
                "indexes": [models.Index(fields=["sort_name", "id"], name="dealkind_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="dealkind_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="dealkind_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LossReason",
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
                "verbose_name": "loss reason",
                "verbose_name_plural": "loss reasons",
                "indexes": [models.Index(fields=["sort_name", "id"], name="lossreason_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="lossreason_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="lossreason_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stage",
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
                "verbose_name": "stage",
                "verbose_name_plural": "stages",
                "indexes": [models.Index(fields=["sort_name", "id"], name="stage_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="stage_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="stage_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deal",
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
                    models.CharField(
                        blank=True, editable=False, max_length=30, unique=True, verbose_name="code"
                    ),
                ),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                ("attribute_keys", models.JSONField(default=dict, editable=False)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="partners.partner",
                        verbose_name="client",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="products.agreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="deals.dealkind",
                        verbose_name="kind of deal",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("in_work", "in work"), ("won", "won"), ("lost", "lost")],
                        default="in_work",
                        editable=False,
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("is_closed", models.BooleanField(default=False, editable=False, verbose_name="closed")),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                (
                    "access_group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.accessgroup",
                        verbose_name="access group",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="start")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="end")),
                (
                    "potential",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal(0),
                        max_digits=18,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="potential",
                    ),
                ),
                (
                    "demand_currency",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="company.currency",
                        verbose_name="currency of demand",
                    ),
                ),
                (
                    "probability",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="probability, %",
                    ),
                ),
                (
                    "loss_reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="deals.lossreason",
                        verbose_name="loss reason",
                    ),
                ),
                (
                    "separate_accounting",
                    models.BooleanField(default=False, verbose_name="separate accounting of goods"),
                ),
                (
                    "is_manual_control",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="moved to manual control"
                    ),
                ),
                ("comment", models.TextField(blank=True, default="", verbose_name="comment")),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="deals.stage",
                        verbose_name="stage",
                    ),
                ),
                (
                    "stage_order",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True, verbose_name="order of the stage"
                    ),
                ),
            ],
            options={
                "verbose_name": "deal",
                "verbose_name_plural": "deals",
                "indexes": [
                    models.Index(fields=["started_at", "id"], name="deal_by_start"),
                    models.Index(fields=["sort_name", "id"], name="deal_by_name"),
                    models.Index(fields=["potential", "id"], name="deal_by_potential"),
                    models.Index(fields=["responsible", "started_at", "id"], name="deal_of_responsible"),
                    models.Index(fields=["access_group", "started_at", "id"], name="deal_in_group"),
                    models.Index(fields=["client", "started_at", "id"], name="deal_of_client"),
                    models.Index(fields=["stage", "status", "started_at", "id"], name="deal_at_stage"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage__isnull", True), ("stage_order__isnull", True)),
                            models.Q(("stage__isnull", False), ("stage_order__isnull", False)),
                            _connector="OR",
                        ),
                        name="deal_stage_and_its_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DissatisfactionReason",
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
                "verbose_name": "reason of dissatisfaction",
                "verbose_name_plural": "reasons of dissatisfaction",
                "indexes": [models.Index(fields=["sort_name", "id"], name="dissatisfaction_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="dissatisfaction_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="dissatisfaction_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandRow",
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
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand_rows",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="number"),
                ),
                ("description", models.CharField(max_length=500, verbose_name="description")),
                (
                    "sum",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=18,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="sum",
                    ),
                ),
                (
                    "satisfied_percent",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="satisfied, %",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand_rows",
                        to="deals.dissatisfactionreason",
                        verbose_name="reason of dissatisfaction",
                    ),
                ),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
            ],
            options={
                "verbose_name": "row of demand",
                "verbose_name_plural": "primary demand",
            },
        ),
        migrations.CreateModel(
            name="ParticipantRole",
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
                "verbose_name": "role of a participant",
                "verbose_name_plural": "roles of participants",
                "indexes": [models.Index(fields=["sort_name", "id"], name="participantrole_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="participantrole_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="participantrole_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
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
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.participantrole",
                        verbose_name="role",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="partners.person",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "person_role",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.contactpersonrole",
                        verbose_name="role of the person",
                    ),
                ),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
                ("is_winner", models.BooleanField(default=False, verbose_name="won the deal")),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
            },
        ),
        migrations.CreateModel(
            name="KindStage",
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
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kind_stages",
                        to="deals.dealkind",
                        verbose_name="kind of deal",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kind_stages",
                        to="deals.stage",
                        verbose_name="stage",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
            ],
            options={
                "verbose_name": "stage of a kind",
                "verbose_name_plural": "stages of kinds",
                "constraints": [models.UniqueConstraint(fields=("kind", "stage"), name="kindstage_once")],
            },
        ),
        migrations.CreateModel(
            name="DealStage",
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
                    "deal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stage_rows",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deal_rows",
                        to="deals.stage",
                        verbose_name="stage",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("started_at", models.DateTimeField(verbose_name="start")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="end")),
                ("days", models.PositiveIntegerField(blank=True, null=True, verbose_name="days")),
                (
                    "potential",
                    models.DecimalField(
                        decimal_places=2, default=Decimal(0), max_digits=18, verbose_name="potential"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("in_work", "in work"), ("won", "won"), ("lost", "lost")],
                        default="in_work",
                        max_length=8,
                        verbose_name="result",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                (
                    "is_implied",
                    models.BooleanField(default=False, editable=False, verbose_name="implied by the status"),
                ),
            ],
            options={
                "verbose_name": "stage of a deal",
                "verbose_name_plural": "stages of deals",
                "indexes": [
                    models.Index(fields=["stage", "result", "started_at", "id"], name="dealstage_by_result")
                ],
                "constraints": [models.UniqueConstraint(fields=("deal", "stage"), name="dealstage_once")],
            },
        ),
        migrations.CreateModel(
            name="DealFirstInterest",
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
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "source_type",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="source type"),
                ),
                ("source", models.UUIDField(blank=True, null=True, verbose_name="source")),
                (
                    "deal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_interests",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
            ],
            options={
                "verbose_name": "first interest of a deal",
                "verbose_name_plural": "first interests of deals",
                "indexes": [models.Index(fields=["source_type", "source"], name="deal_interest_by_source")],
                "constraints": [models.UniqueConstraint(fields=("deal",), name="deal_interest_once")],
            },
        ),
    ]
