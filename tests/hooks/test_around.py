"""Web-hooks through pages and the API, what the doctor says of them, and what the log keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.api.programs import Program, program

from artel.api import commands, demo, doctor
from artel.api.hooks import signing
from artel.api.hooks.upkeep import KEPT, purge
from artel.api.models import DeliveryState, PausedBecause, WebHook, WebHookDelivery, WebHookProgress
from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.jobs.run import perform
from artel.kernel.journal.writing import system_set
from artel.kernel.people import User
from artel.kernel.sealing import unseal

from .receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def desk(adam: Actor) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(adam.user, backend=BACKEND)
    return client


def body(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_a_form_proposes_a_secret_and_shows_it_never_again(desk: Client, adam: Actor) -> None:
    form = body(desk.get("/web-hooks/new"))
    [secret] = re.findall(r'value="(whsec_[^"]+)"[^>]* readonly', form)
    assert secret not in body(desk.get("/web-hooks/new")), "each form has its own"
    given = {
        "name": "Shop",
        "address": "https://shop.example/hook",
        "user": str(adam.user_id),
        "secret": secret,
    }
    refused = desk.post("/web-hooks/new", {**given, "name": "", "tells_changed": "true"})
    assert refused.status_code == 422
    assert secret in body(refused), "what was copied is what will be kept"
    assert desk.post("/web-hooks/new", {**given, "tells_changed": "true"}).status_code == 302
    hook = WebHook.objects.get()
    assert unseal(hook.sealed_secret) == secret
    assert (hook.tells_changed, hook.tells_created, hook.is_active) == (True, False, False)
    for page in ("", "/edit", "/history", "/act/renew_secret"):
        shown = body(desk.get(f"/web-hooks/{hook.pk}{page}"))
        assert secret not in shown
        assert hook.sealed_secret not in shown
    other = signing.new_secret()
    assert desk.post(f"/web-hooks/{hook.pk}/act/renew_secret", {"secret": other}).status_code == 302
    hook.refresh_from_db()
    assert (unseal(hook.sealed_secret), unseal(hook.former_secret)) == (other, secret)


def test_kinds_of_records_are_chosen_on_the_card(desk: Client, hook: WebHook) -> None:
    act = f"/web-hooks/{hook.pk}/act"
    assert desk.post(f"{act}/leave_kind_out", {"entity": "deals"}).status_code == 302
    hook.refresh_from_db()
    assert "deals" not in hook.entities
    assert "partners" in hook.entities
    desk.post(f"{act}/tell_kind", {"entity": "deals"})
    hook.refresh_from_db()
    assert "deals" in hook.entities
    desk.post(f"{act}/tell_every_kind")
    hook.refresh_from_db()
    assert hook.entities == []
    assert desk.post(f"{act}/tell_kind", {"entity": "nonsense"}).status_code == 422


def test_dead_letters_are_sent_again_from_the_list_for_chosen_ones(
    desk: Client, hook: WebHook, receiver: Receiver, work: Callable[[], None]
) -> None:
    dead = [dead_letter(hook, number) for number in (1, 2, 3)]
    listed = body(desk.get("/web-hook-deliveries?state=dead"))
    keys = re.findall(r'name="key" value="([^"]+)"', listed)
    assert len(keys) == 3
    chosen = [key for key in keys if str(dead[2].pk) not in key]
    desk.post("/web-hook-deliveries/act/resend_delivery", {"key": chosen})
    desk.post(f"/web-hook-deliveries/{dead[2].pk}/act/drop_delivery")
    work()
    assert [one["data"]["number"] for one in receiver.documents[:2]] == [1, 2]
    states = WebHookDelivery.objects.in_bulk([one.pk for one in dead])
    assert [states[one.pk].state for one in dead] == ["delivered", "delivered", "dropped"]


def dead_letter(hook: WebHook, number: int) -> WebHookDelivery:
    from artel.kernel.journal.models import ChangeSet

    partner(f"Волга {number}")
    made: WebHookDelivery = WebHookDelivery.objects.create(
        hook=hook,
        number=number,
        change_set=ChangeSet.objects.latest("pk").pk,
        state=DeliveryState.DEAD,
        attempts=10,
        status=500,
        tried_at=timezone.now(),
    )
    return made


def test_lists_ask_as_much_for_many_as_for_one(desk: Client, hook: WebHook, adam: Actor) -> None:
    def asked(path: str) -> int:
        desk.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(path).status_code == 200
        return len(captured)

    few = [asked("/web-hooks"), asked("/web-hook-deliveries")]
    for number in range(1, 8):
        other = commands.add_webhook(
            HOUSE,
            name=f"Hook {number}",
            address="https://shop.example/",
            user=adam.user,
            secret=signing.new_secret(),
        )
        WebHookDelivery.objects.create(hook=other, number=number, state=DeliveryState.DEAD)
        WebHookDelivery.objects.create(hook=hook, number=number, change_set=number)
    many = [asked("/web-hooks"), asked("/web-hook-deliveries")]
    assert many[0] <= few[0]
    assert many[1] <= few[1] + 1, "the names of web-hooks, once there are any"


def test_who_is_no_administrator_finds_nothing(hook: WebHook) -> None:
    delivery = dead_letter(hook, 1)
    client = Client()
    client.force_login(person("alice", "sales_manager").user, backend=BACKEND)
    for path in (
        "/web-hooks",
        f"/web-hooks/{hook.pk}",
        "/web-hook-deliveries",
        f"/web-hook-deliveries/{delivery.pk}",
    ):
        assert client.get(path).status_code in {403, 404}
    assert "Вебхуки" not in body(client.get("/settings"))


def test_programs_make_them_and_are_told_how_they_fare(adam: Actor) -> None:
    api = program(adam)
    secret = signing.new_secret()
    given = {"name": "Shop", "address": "https://shop.example/hook", "entities": ["deals"], "secret": secret}
    lacking = api.post("web-hooks", {name: value for name, value in given.items() if name != "secret"})
    assert lacking.status_code == 422
    assert lacking.json()["errors"][0]["field"] == "secret"
    made = api.post("web-hooks", given)
    assert made.status_code == 201
    assert "secret" not in json.dumps(made.json())
    path = f"web-hooks/{made.json()['id']}"
    assert (made.json()["user"], made.json()["dead_letters"]) == (str(adam.user_id), 0)
    assert api.patch(path, {"tells_created": False}).json()["tells_created"] is False
    assert api.post(f"{path}/commands/pause_webhook", {}).status_code == 200
    assert api.get(path).json()["is_active"] is False
    assert api.post(f"{path}/commands/send_test_event", {}).status_code == 200
    [sent] = api.get(f"web-hook-deliveries?hook={made.json()['id']}").json()["items"]
    assert sent["state"] == "asked"
    wrong = api.post("web-hooks", {**given, "entities": ["nonsense"]})
    assert wrong.json()["code"] == "entities"
    assert secret not in api.get(f"{path}/history").content.decode()
    narrow = program(adam, scopes=("api.*",))
    assert narrow.post("web-hooks", given).json()["code"] == "wider"
    document = Program().get("openapi.json").json()
    assert document["webhooks"]["changes"]["post"]["requestBody"]


def test_an_undone_web_hook_is_told_nothing(
    hook: WebHook, receiver: Receiver, work: Callable[[], None]
) -> None:
    from artel.kernel.journal.models import ChangeSet
    from artel.kernel.undoing import undo_change_set

    undo_change_set(HOUSE, ChangeSet.objects.get(command="api.add_webhook").pk)
    partner("Волга")
    work()
    assert receiver.came == []


def test_the_doctor_names_what_is_wrong(hook: WebHook, adam: Actor) -> None:
    assert list(doctor.findings()) == []
    partner("Волга")
    assert list(doctor.findings()) == []
    assert len(list(doctor.findings(timezone.now() + timedelta(minutes=11)))) == 1, "nobody looks after it"
    WebHookProgress.objects.update(place=2**60)
    dead_letter(hook, 1)
    assert len(list(doctor.findings())) == 1
    WebHookDelivery.objects.create(hook=hook, number=2, created_at=timezone.now() - timedelta(days=2))
    assert len(list(doctor.findings())) == 2
    with system_set("tests.leave"):
        User.objects.filter(login="adam").update(is_active=False)
    assert len(list(doctor.findings())) == 3
    with system_set("tests.pause"):
        WebHook.objects.update(is_active=False, paused_because=PausedBecause.GONE)
    assert any("410" in one for one in doctor.findings())


def test_the_log_forgets_what_is_over_and_keeps_dead_letters(hook: WebHook) -> None:
    old = timezone.now() - KEPT - timedelta(days=1)
    for state in DeliveryState.values:
        WebHookDelivery.objects.create(hook=hook, number=1, state=state, created_at=old, change_set=1)
    fresh = WebHookDelivery.objects.create(hook=hook, number=2, state=DeliveryState.DELIVERED, change_set=1)
    assert perform(purge.enqueue().pk)
    left = set(WebHookDelivery.objects.values_list("state", flat=True))
    assert left == {DeliveryState.DEAD, DeliveryState.ASKED, DeliveryState.FAILING, DeliveryState.DELIVERED}
    assert WebHookDelivery.objects.filter(state=DeliveryState.DELIVERED).get() == fresh


def test_a_former_secret_that_signs_no_more_is_forgotten(hook: WebHook) -> None:
    commands.renew_secret(HOUSE, hook, secret=signing.new_secret())
    assert perform(purge.enqueue().pk)
    hook.refresh_from_db()
    assert hook.former_secret
    with system_set("tests.time"):
        WebHook.objects.update(former_until=timezone.now())
    version = WebHook.objects.get().version
    assert perform(purge.enqueue().pk)
    hook.refresh_from_db()
    assert (hook.former_secret, hook.version) == ("", version)


def test_the_demo_has_one_that_rests(adam: Actor) -> None:
    demo.fill(HOUSE)
    assert not WebHook.objects.exists(), "nobody there to make it for"
    person("admin", "administrator")
    demo.fill(HOUSE)
    assert WebHook.objects.get().is_active is False
