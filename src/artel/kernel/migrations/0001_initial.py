import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import artel.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("series", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="User",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("login", models.CharField(max_length=150, unique=True, verbose_name="login")),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail")),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                ("language", models.CharField(blank=True, default="", max_length=5, verbose_name="language")),
                (
                    "time_zone",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="time zone"),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "indexes": [models.Index(fields=["sort_name", "id"], name="user_by_name")],
            },
        ),
        migrations.CreateModel(
            name="AccessGroup",
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
                "verbose_name": "partner access group",
                "verbose_name_plural": "partner access groups",
                "indexes": [models.Index(fields=["sort_name", "id"], name="accessgroup_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="accessgroup_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("sort_name",),
                        name="accessgroup_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=artel.lib.uuid7.uuid7, primary_key=True, serialize=False)),
                ("actor", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=200)),
                ("command", models.CharField(max_length=100)),
                ("request_hash", models.CharField(max_length=64)),
                ("change_set", models.BigIntegerField(null=True)),
                ("results", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("actor", "key"), name="answer_once")],
            },
        ),
        migrations.CreateModel(
            name="ContactKind",
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
                            ("phone", "phone"),
                            ("email", "e-mail"),
                            ("address", "address"),
                            ("city", "city"),
                            ("web", "web page"),
                            ("messenger", "messenger"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="type",
                    ),
                ),
                ("allows_several", models.BooleanField(default=True, verbose_name="several values allowed")),
                ("is_required", models.BooleanField(default=False, verbose_name="must be filled")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
            ],
            options={
                "verbose_name": "kind of contact point",
                "verbose_name_plural": "kinds of contact points",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="contactkind_code_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalId",
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
                ("system", models.CharField(max_length=60, verbose_name="system")),
                ("entity", models.CharField(max_length=100, verbose_name="entity")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("record_id", models.UUIDField(db_index=True)),
            ],
            options={
                "verbose_name": "external id",
                "verbose_name_plural": "external ids",
                "constraints": [
                    models.UniqueConstraint(fields=("system", "entity", "key"), name="externalid_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
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
                ("added", models.JSONField(blank=True, default=list, verbose_name="permissions added")),
                (
                    "withdrawn",
                    models.JSONField(blank=True, default=list, verbose_name="permissions withdrawn"),
                ),
                (
                    "usual_reach",
                    models.CharField(
                        choices=[
                            ("own", "own records"),
                            ("department", "records of the department and below"),
                            ("all", "all records"),
                        ],
                        default="own",
                        max_length=12,
                        verbose_name="usual reach",
                    ),
                ),
                ("hidden_fields", models.JSONField(blank=True, default=dict, verbose_name="hidden fields")),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "indexes": [models.Index(fields=["sort_name", "id"], name="role_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="role_code_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="kernel.role",
                        verbose_name="role",
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[
                            ("own", "own records"),
                            ("department", "records of the department and below"),
                            ("all", "all records"),
                        ],
                        default="own",
                        max_length=12,
                        verbose_name="reach",
                    ),
                ),
                ("unit", models.UUIDField(blank=True, null=True, verbose_name="department")),
                (
                    "group_mode",
                    models.CharField(
                        choices=[
                            ("all", "all groups"),
                            ("only", "only the listed groups"),
                            ("except", "all but the listed groups"),
                        ],
                        default="all",
                        max_length=8,
                        verbose_name="access groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "grant of a role",
                "verbose_name_plural": "grants of roles",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("unit__isnull", False)),
                        fields=("user", "role", "unit"),
                        name="grant_once_a_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False), ("unit__isnull", True)),
                        fields=("user", "role"),
                        name="grant_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GrantGroup",
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
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="kernel.grant"
                    ),
                ),
                (
                    "access_group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.accessgroup",
                        verbose_name="access group",
                    ),
                ),
            ],
            options={
                "verbose_name": "access group of a grant",
                "verbose_name_plural": "access groups of a grant",
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "access_group"), name="grantgroup_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Option",
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
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("is_on", models.BooleanField(verbose_name="switched on")),
            ],
            options={
                "verbose_name": "option",
                "verbose_name_plural": "options",
            },
        ),
        migrations.CreateModel(
            name="Token",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("prefix", models.CharField(editable=False, max_length=12, verbose_name="begins with")),
                ("scopes", models.JSONField(blank=True, default=list, verbose_name="scopes")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked"),
                ),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
            },
        ),
    ]
