"""Reports: hidden rows are in no number, no total, no name and no drill, however a report is asked."""

import json
import re
from html import unescape

import pytest

from artel.kernel.actors import Actor
from artel.kernel.refusals import Forbidden, Refused
from artel.reports import registry
from artel.reports.composing import run
from artel.reports.drilling import drill

from .making import Maker
from .test_pages import body

pytestmark = pytest.mark.django_db


def questions(report):
    """Every table, and every table by every dimension."""
    for block in report.blocks:
        yield {"block": block.name}
        for one in report.dataset.dimensions:
            yield {"block": block.name, "rows": one.name}


def answered(actor, report, params):
    try:
        document = run(actor, report.name, params).as_json()
    except (Refused, Forbidden) as refusal:
        return {"refused": refusal.code}
    return {**document, "as_of": ""}


def fresh(visitor):
    return Actor.person(visitor.actor.user)


def test_hidden_rows_change_no_report(world):
    bobs = Maker(world.bob.actor.user, "Своё").all()
    asked = [(report, params) for report in registry.all_reports() for params in questions(report)]
    strangers = [world.bob, world.hugo, world.charlie]
    before = [[answered(fresh(one), *each) for each in asked] for one in strangers]
    owner_before = [answered(fresh(world.holly), *each) for each in asked]
    secrets = world.secrets.all()
    after = [[answered(fresh(one), *each) for each in asked] for one in strangers]
    assert after == before
    assert not secrets.told(json.dumps(after, ensure_ascii=False))
    assert bobs.made
    # The same rows do change what the head of their owner reads, or nothing was proved.
    assert [answered(fresh(world.holly), *each) for each in asked] != owner_before


def test_a_number_opens_no_hidden_row(world):
    bobs = Maker(world.bob.actor.user, "Своё").all()
    secrets = world.secrets.all()
    for report in registry.all_reports():
        for block in report.blocks:
            for name in block.measures:
                try:
                    opened = drill(fresh(world.bob), report.name, {"block": block.name}, {"measure": name})
                except Refused:
                    continue
                keys = set(opened.records.values_list("pk", flat=True))
                hidden = {one.pk for one in secrets.made.values()}
                assert not keys & hidden, f"{report.name} {block.name} {name}"
    assert bobs.made


def test_no_page_of_a_report_tells_a_stranger_anything(world):
    """The tables, and every link from a number to its rows, also when somebody guesses the owner's links."""
    Maker(world.bob.actor.user, "Своё").all()
    secrets = world.secrets.all()
    told, proved, opened = [], 0, 0
    for report in registry.all_reports():
        asked = {f"/reports/{report.name}?block={block.name}" for block in report.blocks}
        for question in list(asked):
            page = body(world.holly.browser.get(question))
            asked |= {
                unescape(link) for link in re.findall(rf'hx-get="(/reports/{report.name}/rows[^"]*)"', page)
            }
        opened += sum("/rows" in question for question in asked)
        for question in sorted(asked):
            proved += bool(secrets.told(body(world.holly.browser.get(question))))
            for name, visitor in world.strangers.items():
                answer = body(visitor.browser.get(question))
                for key in re.findall(r"[0-9a-f-]{36}", question):
                    answer = answer.replace(key, "")  # a page may repeat the address it was asked at
                if found := secrets.told(answer):
                    told.append(f"{name} at {question}: {found[:3]}")
    assert not told, "\n".join(told)
    assert proved
    assert opened
