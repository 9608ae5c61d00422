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
            name="BusinessRegion",
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
                        to="partners.businessregion",
                        verbose_name="above",
                    ),
                ),
                ("path", models.CharField(default="", editable=False, max_length=1000)),
            ],
            options={
                "verbose_name": "business region",
                "verbose_name_plural": "business regions",
                "indexes": [models.Index(fields=["sort_name", "id"], name="region_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("parent__isnull", False)),
                        fields=("parent", "sort_name"),
                        name="region_name_once_below",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("parent__isnull", True)),
                        fields=("sort_name",),
                        name="region_name_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="region_code_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Channel",
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
                ("source_types", models.JSONField(blank=True, default=list, verbose_name="source types")),
            ],
            options={
                "verbose_name": "acquisition channel",
                "verbose_name_plural": "acquisition channels",
                "indexes": [models.Index(fields=["sort_name", "id"], name="channel_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="channel_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="channel_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactPersonRole",
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
                    "description",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="description"),
                ),
            ],
            options={
                "verbose_name": "role of contact people",
                "verbose_name_plural": "roles of contact people",
                "indexes": [models.Index(fields=["sort_name", "id"], name="prole_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="contactrole_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="contactrole_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalEntity",
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
                        choices=[
                            ("company", "company"),
                            ("entrepreneur", "sole trader"),
                            ("person", "private person"),
                        ],
                        default="company",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("is_foreign", models.BooleanField(default=False, verbose_name="foreign")),
                ("inn", models.CharField(blank=True, default="", max_length=20, verbose_name="INN")),
                ("kpp", models.CharField(blank=True, default="", max_length=9, verbose_name="KPP")),
                ("ogrn", models.CharField(blank=True, default="", max_length=20, verbose_name="OGRN")),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
            ],
            options={
                "verbose_name": "legal entity",
                "verbose_name_plural": "legal entities",
                "indexes": [
                    models.Index(fields=["sort_name", "id"], name="legal_by_name"),
                    models.Index(fields=["inn", "id"], name="legal_by_inn"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Partner",
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
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "code",
                    models.CharField(
                        blank=True, editable=False, max_length=30, unique=True, verbose_name="code"
                    ),
                ),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                ("attribute_keys", models.JSONField(default=dict, editable=False)),
                ("name", models.CharField(max_length=250, verbose_name="working name")),
                (
                    "public_name",
                    models.CharField(blank=True, default="", max_length=250, verbose_name="public name"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("company", "company"), ("person", "private person")],
                        default="company",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("is_client", models.BooleanField(default=True, verbose_name="client")),
                ("is_supplier", models.BooleanField(default=False, verbose_name="supplier")),
                ("is_competitor", models.BooleanField(default=False, verbose_name="competitor")),
                ("is_carrier", models.BooleanField(default=False, verbose_name="carrier")),
                ("is_other", models.BooleanField(default=False, verbose_name="other relations")),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidiaries",
                        to="partners.partner",
                        verbose_name="head partner",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to="partners.businessregion",
                        verbose_name="business region",
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="main manager",
                    ),
                ),
                (
                    "access_group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to="kernel.accessgroup",
                        verbose_name="access group",
                    ),
                ),
                (
                    "registered_on",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="registered"),
                ),
                ("is_foreign", models.BooleanField(default=False, verbose_name="foreign")),
                ("inn", models.CharField(blank=True, default="", max_length=20, verbose_name="INN")),
                ("kpp", models.CharField(blank=True, default="", max_length=9, verbose_name="KPP")),
                ("ogrn", models.CharField(blank=True, default="", max_length=20, verbose_name="OGRN")),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("male", "male"), ("female", "female")],
                        default="",
                        max_length=6,
                        verbose_name="gender",
                    ),
                ),
                ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
                ("note", models.TextField(blank=True, default="", verbose_name="more information")),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
                "indexes": [
                    models.Index(fields=["sort_name", "id"], name="partner_by_name"),
                    models.Index(fields=["registered_on", "id"], name="partner_by_day"),
                    models.Index(fields=["manager", "sort_name", "id"], name="partner_of_manager"),
                    models.Index(fields=["access_group", "sort_name", "id"], name="partner_in_group"),
                    models.Index(
                        condition=models.Q(("inn", ""), _negated=True), fields=["inn"], name="partner_by_inn"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("head__isnull", True),
                            models.Q(("head", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="partner_not_its_own_head",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerContactPoint",
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
                        related_name="+",
                        to="kernel.contactkind",
                        verbose_name="kind",
                    ),
                ),
                ("value", models.CharField(max_length=500, verbose_name="value")),
                (
                    "extension",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="extension"),
                ),
                ("key", models.CharField(default="", editable=False, max_length=200)),
                ("is_main", models.BooleanField(default=True, verbose_name="main")),
                ("comment", models.CharField(blank=True, default="", max_length=250, verbose_name="comment")),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact point of a partner",
                "verbose_name_plural": "contact points of partners",
                "indexes": [
                    models.Index(fields=["owner", "kind"], name="partner_point_of_owner"),
                    models.Index(fields=["key"], name="partner_point_by_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("is_main", True)),
                        fields=("owner", "kind"),
                        name="partner_point_main_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerFirstInterest",
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
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_interests",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "first interest of a partner",
                "verbose_name_plural": "first interests of partners",
                "indexes": [
                    models.Index(fields=["partner"], name="partner_interest"),
                    models.Index(fields=["source_type", "source"], name="partner_interest_by_source"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("partner",),
                        name="partner_interest_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerLegalEntity",
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
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_links",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
                (
                    "legal_entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partner_links",
                        to="partners.legalentity",
                        verbose_name="legal entity",
                    ),
                ),
                ("is_main", models.BooleanField(default=False, verbose_name="main")),
            ],
            options={
                "verbose_name": "legal entity of a partner",
                "verbose_name_plural": "legal entities of partners",
                "indexes": [models.Index(fields=["partner", "legal_entity"], name="legal_link_of_partner")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("partner", "legal_entity"),
                        name="legal_link_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("is_main", True)),
                        fields=("partner",),
                        name="legal_main_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerRelationKind",
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
                    "reverse_name",
                    models.CharField(
                        blank=True, default="", max_length=250, verbose_name="name from the other side"
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of partner relations",
                "verbose_name_plural": "kinds of partner relations",
                "indexes": [models.Index(fields=["sort_name", "id"], name="relkind_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="relkind_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="relkind_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerRelation",
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
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations_from",
                        to="partners.partner",
                        verbose_name="first partner",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations_to",
                        to="partners.partner",
                        verbose_name="second partner",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partnerrelationkind",
                        verbose_name="kind",
                    ),
                ),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
            ],
            options={
                "verbose_name": "partner relation",
                "verbose_name_plural": "partner relations",
                "indexes": [models.Index(fields=["first", "second"], name="relation_of_first")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("first", "second", "kind"),
                        name="relation_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True),
                        name="relation_of_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
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
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                ("attribute_keys", models.JSONField(default=dict, editable=False)),
                ("last_name", models.CharField(max_length=100, verbose_name="last name")),
                (
                    "first_name",
                    models.CharField(blank=True, default="", max_length=70, verbose_name="first name"),
                ),
                (
                    "middle_name",
                    models.CharField(blank=True, default="", max_length=70, verbose_name="middle name"),
                ),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("male", "male"), ("female", "female")],
                        default="",
                        max_length=6,
                        verbose_name="gender",
                    ),
                ),
                ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
            ],
            options={
                "verbose_name": "contact person",
                "verbose_name_plural": "contact people",
                "indexes": [models.Index(fields=["sort_name", "id"], name="person_by_name")],
            },
        ),
        migrations.CreateModel(
            name="PersonContactPoint",
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
                        related_name="+",
                        to="kernel.contactkind",
                        verbose_name="kind",
                    ),
                ),
                ("value", models.CharField(max_length=500, verbose_name="value")),
                (
                    "extension",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="extension"),
                ),
                ("key", models.CharField(default="", editable=False, max_length=200)),
                ("is_main", models.BooleanField(default=True, verbose_name="main")),
                ("comment", models.CharField(blank=True, default="", max_length=250, verbose_name="comment")),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="partners.person",
                        verbose_name="contact person",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact point of a person",
                "verbose_name_plural": "contact points of people",
                "indexes": [
                    models.Index(fields=["owner", "kind"], name="person_point_of_owner"),
                    models.Index(fields=["key"], name="person_point_by_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("is_main", True)),
                        fields=("owner", "kind"),
                        name="person_point_main_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Position",
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
                "verbose_name": "position",
                "verbose_name_plural": "positions",
                "indexes": [models.Index(fields=["sort_name", "id"], name="position_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="position_name_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactRole",
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
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_roles",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_roles",
                        to="partners.person",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.contactpersonrole",
                        verbose_name="role",
                    ),
                ),
                (
                    "position",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.position",
                        verbose_name="position",
                    ),
                ),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "role of a contact person",
                "verbose_name_plural": "contact people of partners",
                "indexes": [models.Index(fields=["partner", "person"], name="contact_of_partner")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("role__isnull", False)),
                        fields=("partner", "person", "role"),
                        name="contact_once_a_role",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("role__isnull", True)),
                        fields=("partner", "person"),
                        name="contact_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("started_on"))), name="contact_dates"
                    ),
                ],
            },
        ),
    ]
