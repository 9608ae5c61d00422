"""The OpenAPI document says what the API does: requests made from it never break the server or surprise the document.

`ARTEL_TEST_EXAMPLES` sets how many requests are tried for each operation.
"""

import json
import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from artel.api.urls import urlpatterns
from artel.domains.company.factories import person
from artel.domains.partners.factories import contact, partner
from artel.reports.registry import all_reports
from artel.screens import registry

from .programs import Program, program

pytestmark = pytest.mark.django_db
FEW = 4
EXAMPLES = int(os.environ.get("ARTEL_TEST_EXAMPLES") or FEW)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_the_document_is_well_formed():
    document = Program().get("openapi.json").json()
    schemathesis.openapi.from_dict(document).validate()
    names = [
        one["operationId"]
        for path in document["paths"].values()
        for one in path.values()
        if "operationId" in one
    ]
    assert len(names) == len(set(names))
    for path in ("partners", "users", "regions"):
        assert {"get", "post"} <= document["paths"][f"/{path}"].keys()


SHAPES = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}


def test_every_argument_has_a_shape():
    """A program reads what a body holds: no argument is just anything."""
    document = Program().get("openapi.json").json()
    bodies = {name: one for name, one in document["components"]["schemas"].items() if "properties" in one}
    shapeless = [
        f"{name}.{field}"
        for name, body in bodies.items()
        for field, schema in body["properties"].items()
        if not SHAPES & schema.keys()
    ]
    assert not shapeless
    inline = [
        f"{path} {verb}: {field}"
        for path, verbs in document["paths"].items()
        for verb, one in verbs.items()
        if isinstance(one, dict) and "requestBody" in one
        for sent in one["requestBody"]["content"].values()
        for field, schema in _fields(sent.get("schema", {}))
        if not SHAPES & schema.keys()
    ]
    assert not inline
    rows = json.dumps(document)
    assert '"satisfied_percent"' in rows


def _fields(schema):
    """The fields of a body and of what lies inside it."""
    for field, one in schema.get("properties", {}).items():
        yield field, one
        yield from _fields(one.get("items", one))


@pytest.fixture
def _same_connection(settings):
    """A server closes connections between requests; the test's own transaction lives in one. Nobody asks too often here."""
    settings.API_RATE = 0
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def existing(path):
    """The key of some record of the resource; of a run there is none."""
    if path not in {one.path for one in registry.all_resources()}:
        return None
    row = registry.resource(path).model._default_manager.order_by("-created_at").first()
    return row and str(row.pk)


@pytest.mark.only_on("postgres", "it is the stricter one with values", unless=EXAMPLES > FEW)
@pytest.mark.usefixtures("_same_connection")
def test_no_request_made_from_the_document_surprises_it():
    boss = person("boss", "administrator")
    firm = partner("Ромашка", boss, phone="+7 495 787-40-08", inn="7707083893")
    contact(firm, "Иванов")
    headers = program(boss).headers
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 50
    surprises = [said for one in operations if (said := try_out(one, headers))]
    assert not surprises, "\n\n".join(surprises)


def try_out(operation, headers):
    """What was surprising about an operation, or nothing. Every request is rolled back."""
    strategy = st.one_of(
        operation.as_strategy(), operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    )
    known = existing(operation.path.split("/")[1]) if "{id}" in operation.path else None

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy, is_known=st.booleans())
    def one(case, is_known):
        checks = [*CHECKS, negative_data_rejection] if is_wrong(case) else CHECKS
        if known and is_known and case.path_parameters:
            case.path_parameters["id"] = known
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=checks)

    try:
        one()
    except FailureGroup as group:
        return "\n".join(f"{operation.label}: {failure}" for failure in group.exceptions)
    return ""


def is_wrong(case):
    """Whether the body breaks the schema: such a request must be refused (many lines are, each by itself)."""
    body = case.meta.components.get(ParameterLocation.BODY) if case.meta else None
    return body is not None and body.mode.is_negative and not case.path.endswith("/bulk")


@pytest.mark.only_on("postgres", "it is the stricter one with values", unless=EXAMPLES > FEW)
@pytest.mark.usefixtures("_same_connection")
def test_no_chain_of_requests_surprises_the_document():
    """What one request has made is read, changed, commanded, listed and marked by the next ones."""
    boss = person("boss", "administrator")
    contact(partner("Ромашка", boss, phone="+7 495 787-40-08", inn="7707083893"), "Иванов")
    headers = program(boss).headers
    calls = []

    class Chain(
        schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application()).as_state_machine()
    ):
        """Every chain begins with the same base: what the one before it did is rolled back."""

        def setup(self):
            self.kept = transaction.atomic()
            self.kept.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.kept.__exit__(None, None, None)

        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, **_more):
            calls.append(case.operation.label)
            case.validate_response(response, checks=CHECKS)

    Chain.run(
        settings=settings(
            max_examples=4 * EXAMPLES, stateful_step_count=6, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip
    assert len(set(calls)) > 10


def test_every_address_is_in_the_document():
    """What is routed is told: the words that are no entity, and what every entity has."""
    told = Program().get("openapi.json").json()["paths"]
    wanted = {
        "/search",
        "/users/me",
        "/runs/{id}",
        "/change-sets/{number}/undo",
        "/files/{id}/content",
        "/partners/bulk",
    }
    wanted |= {f"/reports/{one.name}" for one in all_reports()}
    wanted |= {"/partners", "/partners/{id}", "/partners/{id}/history", "/partners/{id}/commands/hand_over"}
    assert wanted <= told.keys()
    known = {
        "openapi",
        "list",
        "bulk",
        "record",
        "history",
        "command",
        "search",
        "me",
        "report",
        "undo",
        "run",
        "steer_run",
    }
    known |= {"files", "file_content", "file_versions", "version_content"}
    assert {one.name for one in urlpatterns if one.name} == known, "tell the new address in the document, too"
