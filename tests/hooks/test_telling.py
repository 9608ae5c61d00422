"""Web-hooks told of the journal: signed, in its order, again until they are heard, and never of what their person may not see."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from artel.api import commands
from artel.api.hooks import signing
from artel.api.hooks.following import follow
from artel.api.hooks.messages import PAGE
from artel.api.hooks.telling import MOST_DEAD, PAUSES
from artel.api.models import DeliveryState, PausedBecause, WebHook, WebHookDelivery, WebHookProgress
from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.commands import erase_person, partner_points, partners, people
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.journal.models import ChangeSet, JournalReader
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role, User
from artel.kernel.refusals import Refused
from artel.kernel.undoing import undo_change_set

from .receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[[], None]


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As the specification describes it, by hand."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def progress(hook: WebHook) -> WebHookProgress:
    found: WebHookProgress = WebHookProgress.objects.get(pk=hook.pk)
    return found


def kinds(receiver: Receiver) -> list[tuple[str, str]]:
    return [(one["entity"], one["kind"]) for one in receiver.events]


def test_a_change_is_told_signed_with_ids_and_names_of_fields_only(
    hook: WebHook, receiver: Receiver, secret: str, work: Work, adam: Actor
) -> None:
    volga = partner("Волга", adam)
    work()
    [(headers, body)] = receiver.came
    assert headers["webhook-signature"] == signature(secret, headers, body)
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    document = json.loads(body)
    made = ChangeSet.objects.get(command="partners.add_partner")
    assert document["type"] == "changes"
    data = document["data"]
    assert (data["number"], data["change_set"], data["act"], data["undoes"], data["has_more"]) == (
        1,
        made.pk,
        "partners.add_partner",
        None,
        False,
    )
    assert data["actor"] == {"kind": "person", "id": str(adam.user_id)}
    [event] = [one for one in data["events"] if one["entity"] == "partners"]
    assert event["record"] == str(volga.pk)
    assert (event["kind"], event["version"], event["link"]) == (
        "created",
        volga.version,
        f"/api/v1/partners/{volga.pk}",
    )
    assert "Волга" not in body.decode()

    partners.change(adam, volga, name="Кама", phone="+7 495 000-01-02")
    work()
    [event] = [one for one in receiver.documents[1]["data"]["events"] if one["entity"] == "partners"]
    assert event["kind"] == "changed"
    assert "name" in event["fields"]
    assert event["parts"] == ["partners.partnercontactpoint"]
    told = receiver.came[1][1].decode()
    assert not [value for value in ("Кама", "Волга", "495000", "000-01-02") if value in told]


def test_each_kind_of_change_is_told_as_what_it_is(
    hook: WebHook, receiver: Receiver, work: Work, adam: Actor
) -> None:
    volga = partner("Волга")
    partners.change(HOUSE, volga, name="Кама")
    partners.mark(HOUSE, volga)
    partners.unmark(HOUSE, volga)
    undo_change_set(HOUSE, ChangeSet.objects.get(command="partners.mark_partner").pk)
    anna = people.add(HOUSE, partner=volga, last_name="Орлова")
    erase_person(HOUSE, anna)
    undo_change_set(HOUSE, ChangeSet.objects.get(command="partners.add_partner").pk)
    work()
    told = kinds(receiver)
    assert [kind for entity, kind in told if entity == "partners"][:4] == [
        "created",
        "changed",
        "deleted",
        "restored",
    ]
    assert ("contact-people", "created") in told
    assert ("contact-people", "erased") in told
    assert [one["data"]["number"] for one in receiver.documents] == list(range(1, len(receiver.came) + 1))


def test_only_chosen_kinds_are_told(hook: WebHook, receiver: Receiver, work: Work) -> None:
    commands.change_webhook(HOUSE, hook, entities=["partners"], tells_created=False)
    volga = partner("Волга")
    people.add(HOUSE, partner=volga, last_name="Орлова")
    partners.change(HOUSE, volga, name="Кама")
    work()
    assert set(kinds(receiver)) == {("partners", "changed")}
    assert [one["fields"] for one in receiver.events] == [[], ["name"]]


def test_a_failing_delivery_holds_the_later_ones_and_keeps_its_id(
    hook: WebHook, receiver: Receiver, work: Work, later: Work
) -> None:
    receiver.answers = [500, 503]
    for name in ("Волга", "Кама", "Ока"):
        partner(name)
    work()
    assert len(receiver.came) == 1
    work()
    assert len(receiver.came) == 1, "not before the pause is over"
    found = WebHookDelivery.objects.get()
    assert (found.state, found.status, found.attempts, found.number) == (DeliveryState.FAILING, 500, 1, 1)
    assert found.retry_at is not None
    assert found.retry_at > timezone.now()
    later()
    later()
    ids = [headers["webhook-id"] for headers, _body in receiver.came]
    assert ids[0] == ids[1] == ids[2]
    assert len(set(ids)) == 3
    assert [one["data"]["number"] for one in receiver.documents] == [1, 1, 1, 2, 3]
    sets = [one["data"]["change_set"] for one in receiver.documents]
    assert sets == sorted(sets)
    assert set(WebHookDelivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}
    assert progress(hook).failures == 0


def test_after_three_days_of_attempts_it_is_a_dead_letter_and_the_next_goes_on(
    hook: WebHook, receiver: Receiver, work: Work, later: Work
) -> None:
    assert timedelta(days=2, hours=12) < sum(PAUSES, timedelta()) < timedelta(days=3, hours=12)
    receiver.answers = [500] * (len(PAUSES) + 1)
    volga, _kama = partner("Волга"), partner("Кама")
    work()
    for _pause in PAUSES:
        later()
    dead = WebHookDelivery.objects.get(state=DeliveryState.DEAD)
    assert (dead.number, dead.attempts) == (1, len(PAUSES) + 1)
    assert [one["data"]["number"] for one in receiver.documents][-1] == 2
    commands.resend_delivery(HOUSE, dead)
    work()
    last = receiver.documents[-1]["data"]
    assert (last["number"], last["events"][0]["record"]) == (1, str(volga.pk))
    dead.refresh_from_db()
    assert dead.state == DeliveryState.DELIVERED


def test_one_being_tried_is_tried_now_or_dropped_by_hand(
    hook: WebHook, receiver: Receiver, work: Work
) -> None:
    receiver.answers = [500, 500]
    partner("Волга")
    kama = partner("Кама")
    work()
    failing = WebHookDelivery.objects.get()
    commands.resend_delivery(HOUSE, failing)
    work()
    failing.refresh_from_db()
    assert (failing.state, failing.attempts) == (DeliveryState.FAILING, 2)
    commands.drop_delivery(HOUSE, failing)
    work()
    assert [one["data"]["number"] for one in receiver.documents] == [1, 1, 2]
    assert receiver.events[-1]["record"] == str(kama.pk)
    failing.refresh_from_db()
    assert failing.state == DeliveryState.DROPPED


def test_dead_letters_in_a_row_pause_the_web_hook_by_an_act_of_the_house(
    hook: WebHook, receiver: Receiver, work: Work, later: Work
) -> None:
    receiver.answers = [500] * 100
    for number in range(MOST_DEAD + 1):
        partner(f"Волга {number}")
    work()
    for _attempt in range(MOST_DEAD * (len(PAUSES) + 1)):
        later()
    hook.refresh_from_db()
    assert (hook.is_active, hook.paused_because) == (False, PausedBecause.DEAD)
    assert WebHookDelivery.objects.filter(state=DeliveryState.DEAD).count() == MOST_DEAD
    assert ChangeSet.objects.filter(command="api.pause_webhook", actor_kind="system").count() == 1
    receiver.answers = []
    commands.resend_dead_letters(HOUSE, hook)
    commands.resume_webhook(HOUSE, hook)
    before = len(receiver.came)
    work()
    assert [one["data"]["number"] for one in receiver.documents[before:]] == [1, 2, 3, 4]


def test_a_receiver_that_is_gone_pauses_it_at_once_and_nothing_is_lost(
    hook: WebHook, receiver: Receiver, work: Work
) -> None:
    receiver.answers = [410]
    partner("Волга")
    work()
    hook.refresh_from_db()
    assert (hook.is_active, hook.paused_because) == (False, PausedBecause.GONE)
    commands.resume_webhook(HOUSE, hook)
    work()
    assert [one["data"]["number"] for one in receiver.documents] == [1, 1]
    assert WebHookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_a_receiver_may_ask_for_a_longer_pause(hook: WebHook, receiver: Receiver, work: Work) -> None:
    receiver.answers, receiver.headers = [429], {"Retry-After": "3600"}
    partner("Волга")
    work()
    found = WebHookDelivery.objects.get()
    assert found.retry_at is not None
    assert found.retry_at > timezone.now() + timedelta(minutes=55)


def test_an_address_inside_our_network_is_refused_at_the_moment_of_sending(
    hook: WebHook, receiver: Receiver, work: Work, settings: Any
) -> None:
    settings.OUTBOUND_ALLOW = []
    partner("Волга")
    work()
    assert receiver.came == []
    hook.refresh_from_db()
    assert (hook.is_active, hook.paused_because) == (False, PausedBecause.FORBIDDEN)


def test_a_person_is_told_of_his_own_records_only(
    receiver: Receiver, secret: str, work: Work, adam: Actor
) -> None:
    alice, bob = person("alice", "sales_manager"), person("bob", "sales_manager")
    commands.add_webhook(
        HOUSE, name="Alice", address=receiver.address, user=alice.user, secret=secret, entities=["partners"]
    )
    his = partner("Волга", bob)
    hers = partner("Кама", alice)
    partners.change(HOUSE, his, name="Ока")
    work()
    assert {one["record"] for one in receiver.events} == {str(hers.pk)}
    partners.change(HOUSE, his, manager=alice.user)
    work()
    assert {one["record"] for one in receiver.events} == {str(hers.pk), str(his.pk)}


def test_a_closed_field_is_not_named_and_a_change_of_nothing_else_is_not_told(
    receiver: Receiver, secret: str, work: Work, adam: Actor
) -> None:
    alice = person("alice", "sales_manager")
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(
            hidden_fields={"partners.partner": ["comment", "phone"]}
        )
    commands.add_webhook(
        HOUSE, name="Alice", address=receiver.address, user=alice.user, secret=secret, entities=["partners"]
    )
    hers = partner("Кама", alice)
    partners.change(HOUSE, hers, comment="тайна")
    partners.change(HOUSE, hers, phone="+7 495 000-01-02")
    partners.change(HOUSE, hers, comment="ещё тайна", name="Ока")
    work()
    assert [one["kind"] for one in receiver.events] == ["created", "changed"]
    assert receiver.events[1]["fields"] == ["name"]
    assert receiver.events[1]["parts"] == []


def test_who_may_sign_in_no_more_is_told_nothing(
    receiver: Receiver, hook: WebHook, work: Work, adam: Actor
) -> None:
    with system_set("tests.leave"):
        User.objects.filter(login="adam").update(is_active=False)
    partner("Волга")
    work()
    assert receiver.came == []


def test_a_renewed_secret_signs_at_once_and_the_former_one_beside_it(
    hook: WebHook, receiver: Receiver, secret: str, work: Work
) -> None:
    other = signing.new_secret()
    commands.renew_secret(HOUSE, hook, secret=other)
    partner("Волга")
    work()
    headers, body = receiver.came[0]
    assert set(headers["webhook-signature"].split()) == {
        signature(other, headers, body),
        signature(secret, headers, body),
    }
    with system_set("tests.time"):
        WebHook.objects.filter(pk=hook.pk).update(former_until=timezone.now())
    partner("Кама")
    work()
    headers, body = receiver.came[1]
    assert headers["webhook-signature"] == signature(other, headers, body)
    with pytest.raises(Refused):
        commands.renew_secret(HOUSE, hook, secret="whsec_short")


def test_a_secret_under_another_key_pauses_and_a_former_key_opens_it(
    hook: WebHook, receiver: Receiver, work: Work, settings: Any, secret: str
) -> None:
    from artel.kernel import sealing

    former, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    partner("Волга")
    work()
    hook.refresh_from_db()
    assert hook.paused_because == PausedBecause.SEALED
    assert len(list(sealing.findings())) == 1
    settings.SECRET_KEY_FALLBACKS = [former]
    assert len(list(sealing.findings())) == 1
    version = hook.version
    assert sealing.reseal() == 1
    assert sealing.reseal() == 0
    settings.SECRET_KEY_FALLBACKS = []
    assert list(sealing.findings()) == []
    hook.refresh_from_db()
    assert (hook.version, sealing.unseal(hook.sealed_secret)) == (version, secret)


def test_it_tells_again_from_a_moment_with_the_same_ids(
    hook: WebHook, receiver: Receiver, work: Work
) -> None:
    partner("Волга")
    moment = ChangeSet.objects.latest("pk").at
    partner("Кама")
    work()
    ids = [headers["webhook-id"] for headers, _body in receiver.came]
    commands.replay_webhook(HOUSE, hook, since=moment)
    work()
    again = [headers["webhook-id"] for headers, _body in receiver.came[2:]]
    assert again[:2] == ids
    assert [one["data"]["number"] for one in receiver.documents[:4]] == [1, 2, 3, 4]
    with pytest.raises(Refused) as refused:
        commands.replay_webhook(HOUSE, hook, since=timezone.now() + timedelta(days=1))
    assert refused.value.code == "later"


def test_a_moment_that_has_gone_to_files_is_refused_with_a_sentence(hook: WebHook) -> None:
    JournalReader.objects.create(name="archive", position="1")
    with pytest.raises(Refused) as refused:
        commands.replay_webhook(HOUSE, hook, since=timezone.now() - timedelta(days=900))
    assert refused.value.code == "archived"


def test_who_rested_while_the_journal_moved_on_chooses_a_moment(
    hook: WebHook, receiver: Receiver, work: Work
) -> None:
    """As after a year's rest: everything after its place has left the base."""
    partner("Волга")
    commands.pause_webhook(HOUSE, hook)
    WebHookProgress.objects.update(place=1)
    ChangeSet.objects.filter(pk__lt=ChangeSet.objects.latest("pk").pk)._raw_delete("default")
    with pytest.raises(Refused) as refused:
        commands.resume_webhook(HOUSE, hook)
    assert refused.value.code == "not_kept"
    commands.skip_webhook(HOUSE, hook)
    commands.resume_webhook(HOUSE, hook)
    work()
    assert receiver.came == []
    partner("Кама")
    work()
    assert len(receiver.came) == 1


def test_what_waits_is_skipped(hook: WebHook, receiver: Receiver, work: Work) -> None:
    receiver.answers = [500]
    partner("Волга")
    work()
    commands.skip_webhook(HOUSE, hook)
    assert WebHookDelivery.objects.get().state == DeliveryState.DROPPED
    kama = partner("Кама")
    work()
    assert receiver.events[-1]["record"] == str(kama.pk)
    assert receiver.documents[-1]["data"]["number"] == 2


def test_a_paused_web_hook_goes_on_where_it_stopped_and_takes_a_test_meanwhile(
    hook: WebHook, receiver: Receiver, work: Work
) -> None:
    commands.pause_webhook(HOUSE, hook)
    partner("Волга")
    work()
    assert receiver.came == []
    commands.send_test_event(HOUSE, hook)
    work()
    assert [one["type"] for one in receiver.documents] == ["test"]
    assert WebHookDelivery.objects.get().state == DeliveryState.DELIVERED
    commands.resume_webhook(HOUSE, hook)
    work()
    assert [one["type"] for one in receiver.documents] == ["test", "changes"]


def test_a_large_set_comes_in_pages_and_holds_no_memory(
    hook: WebHook, receiver: Receiver, work: Work
) -> None:
    count = 10_000
    commands.change_webhook(HOUSE, hook, entities=["regions"])
    from artel.domains.partners.commands import regions

    regions.add.run(HOUSE, [Line(Values(name=f"Край {number}")) for number in range(count)])
    tracemalloc.start()
    work()
    _size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(receiver.events) == count
    assert len(receiver.came) == count // PAGE
    assert [one["data"]["has_more"] for one in receiver.documents][-2:] == [True, False] or count % PAGE == 0
    assert len({headers["webhook-id"] for headers, _body in receiver.came}) == len(receiver.came)
    received = sum(len(body) for _headers, body in receiver.came)
    assert peak - received < 12_000_000, peak
    assert {one["data"]["change_set"] for one in receiver.documents} == {
        ChangeSet.objects.get(command="partners.add_businessregion").pk
    }


def test_an_idle_look_is_one_statement_however_many_web_hooks_there_are(
    receiver: Receiver, secret: str, work: Work, adam: Actor
) -> None:
    for number in range(12):
        commands.add_webhook(
            HOUSE,
            name=f"Hook {number}",
            address=receiver.address,
            user=adam.user,
            secret=secret,
            entities=["deals"],
        )
    partner("Волга")
    with CaptureQueriesContext(connection) as passing:
        assert follow(timezone.now()) == 0, "what none of them tells of is passed by"
    with CaptureQueriesContext(connection) as idle:
        assert follow(timezone.now()) == 0
    assert len(idle) == 1
    said = [one["sql"] for one in passing]
    assert len(said) <= 5, said
    assert receiver.came == []


def test_a_replay_that_comes_between_sending_and_noting_wins(
    hook: WebHook, receiver: Receiver, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    from artel.api.hooks import sending, telling

    moment = timezone.now() - timedelta(hours=1)
    partner("Волга")
    real, calls = sending.post, []

    def post(*given: Any) -> Any:
        outcome = real(*given)
        calls.append(1)
        if len(calls) == 1:
            commands.replay_webhook(HOUSE, hook, since=moment)
        return outcome

    monkeypatch.setattr(telling, "post", post)
    work()
    ids = [headers["webhook-id"] for headers, _body in receiver.came]
    assert ids.count(ids[0]) == 2, "sent again: at least once, never passed by"


def test_only_administrators_tell_what_others_see(receiver: Receiver, secret: str, adam: Actor) -> None:
    alice = person("alice", "sales_manager")
    with system_set("tests.role"):
        role = Role.objects.create(name="Programs", added=["api.*"])
    from artel.kernel.rights_acts import grants

    grants.add(HOUSE, user=alice.user, role=role, reach="all")
    assert alice.user
    alice = Actor.person(alice.user)
    given: dict[str, Any] = {"name": "x", "address": "https://receiver.example/", "secret": secret}
    with pytest.raises(Refused) as refused:
        commands.add_webhook(alice, **given, user=adam.user)
    assert refused.value.code == "wider"
    own = commands.add_webhook(alice, **given)
    assert own.user_id == alice.user_id
    theirs = commands.add_webhook(adam, **given)
    with pytest.raises(Refused):
        commands.renew_secret(alice, theirs, secret=secret)
    with pytest.raises(Refused):
        commands.change_webhook(alice, theirs, name="y")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://receiver.example/",
        "http://receiver.example/",
        "https://name:word@receiver.example/",
        "https://",
        "x",
    ],
)
def test_an_address_is_https_or_allowed(adam: Actor, secret: str, address: str) -> None:
    with pytest.raises(Refused) as refused:
        commands.add_webhook(HOUSE, name="x", address=address, user=adam.user, secret=secret)
    assert "address" in refused.value.fields


def test_the_secret_stands_nowhere_in_the_clear(hook: WebHook, secret: str) -> None:
    from artel.kernel.journal.models import RowChange

    bare = secret.removeprefix("whsec_")
    assert bare not in WebHook.objects.get(pk=hook.pk).sealed_secret
    commands.renew_secret(HOUSE, hook, secret=signing.new_secret())
    told = json.dumps(list(RowChange.objects.filter(row_id=hook.pk).values_list("before", "after")))
    assert "sealed_secret" not in told
    assert bare not in told


def test_a_phone_of_a_hidden_client_is_not_told(receiver: Receiver, secret: str, work: Work) -> None:
    alice, bob = person("alice", "sales_manager"), person("bob", "sales_manager")
    commands.add_webhook(HOUSE, name="Alice", address=receiver.address, user=alice.user, secret=secret)
    his = partner("Волга", bob, phone="+7 495 000-01-02")
    work()
    before = len(receiver.came)
    partner_points.change(HOUSE, his.points.get(), value="+7 495 000-01-03")
    work()
    assert len(receiver.came) == before
    assert str(his.pk) not in json.dumps(receiver.documents)
