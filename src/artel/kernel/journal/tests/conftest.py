from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import override_settings

SAMPLES = "artel.kernel.journal.tests.samples"


@pytest.fixture(scope="module")
def samples(django_db_setup, django_db_blocker):
    """The tables of the samples, journalled, for the tests of one module."""
    from artel.kernel.journal import triggers

    with django_db_blocker.unblock(), override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, SAMPLES]):
        models = list(apps.get_app_config("samples").get_models())
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        triggers.install()
        yield
        triggers.remove()
        with connection.schema_editor() as editor:
            for model in reversed(models):
                editor.delete_model(model)
    with django_db_blocker.unblock():
        triggers.install()
