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
            name="Attribute",
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
                    "name_en",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=250, verbose_name="name in English"
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
                ("entity", models.CharField(max_length=100, verbose_name="entity")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z][a-z0-9_]{0,39}\\Z",
                                "A code is Latin letters, digits and _, and begins with a letter.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("string", "text"),
                            ("number", "number"),
                            ("date", "date"),
                            ("boolean", "yes or no"),
                            ("choice", "choice from a list"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("is_required", models.BooleanField(default=False, verbose_name="required")),
                (
                    "is_indexed",
                    models.BooleanField(
                        default=False,
                        help_text="Lists can be sorted by it, and filters are fast.",
                        verbose_name="indexed",
                    ),
                ),
                ("position", models.IntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "attribute",
                "verbose_name_plural": "attributes",
                "constraints": [
                    models.UniqueConstraint(fields=("entity", "code"), name="attribute_code_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("entity", "sort_name"),
                        name="attribute_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttributeChoice",
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
                    "name_en",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=250, verbose_name="name in English"
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "attribute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="attributes.attribute",
                        verbose_name="attribute",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z][a-z0-9_]{0,39}\\Z",
                                "A code is Latin letters, digits and _, and begins with a letter.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("position", models.IntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "item of the list",
                "verbose_name_plural": "items of the list",
                "constraints": [
                    models.UniqueConstraint(fields=("attribute", "code"), name="attribute_choice_code_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_deleted", False)),
                        fields=("attribute", "sort_name"),
                        name="attribute_choice_name_once",
                    ),
                ],
            },
        ),
    ]
