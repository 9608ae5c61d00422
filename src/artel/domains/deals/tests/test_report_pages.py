"""The pages of reports: what can be asked there, and that every number on them is a link to as many lines as it says."""

import re
from html import unescape

import pytest
from django.test import Client

from artel.domains.company.factories import person as in_house

from .lively import make_lively
from .test_reports import written_role
from .world import person

LINK = re.compile(r'hx-get="(/reports/[^"]*/rows[^"]*)"[^>]*>([^<]*)<')


def browser_of(actor):
    made = Client()
    made.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def browser(world):
    make_lively(world)
    return browser_of(in_house("admin", "administrator"))


@pytest.mark.parametrize(
    "question",
    [
        "sales-funnel?level=3",
        "sales-funnel?rows=stage&columns=started_month&kind=Manual",
        "deal-effectiveness?block=open_and_won&level=2",
        "deal-effectiveness?rows=client.attributes.choice&columns=attributes.boolean",
        "loss-reasons?rows=ended_quarter",
        "primary-interest?block=channel",
    ],
)
def test_every_number_on_a_page_opens_as_many_lines(browser, question):
    page = browser.get(f"/reports/{question}")
    assert page.status_code == 200
    counted = 0
    for address, text in LINK.findall(page.content.decode()):
        opened = browser.get(unescape(address))
        assert opened.status_code == 200, address
        if text.strip().isdigit() and "distinct_partners" not in address:
            assert opened.content.decode().count('class="miniline"') == int(text), address
            counted += 1
    assert counted


def test_a_page_offers_what_the_report_can_be_asked(browser):
    page = browser.get("/reports/sales-funnel").content.decode()
    for name in ("rows", "columns", "kind", "responsible", "client", "result"):
        assert f'name="{name}"' in page
    for value in (
        "manager",
        "access_group",
        "started_month",
        "attributes.choice",
        "client.attributes.choice",
    ):
        assert f'<option value="{value}">' in page
    assert "RUB" in page
    assert ">0,00<" not in page  # of a zero the funnel says that there is nothing
    assert ">—<" in page


def test_a_wrong_name_is_said_on_the_page(browser):
    page = browser.get("/reports/sales-funnel?client=Nobody")
    assert page.status_code == 422
    assert 'value="Nobody"' in page.content.decode()


def test_a_hidden_potential_is_not_in_the_rows_behind_a_number(world):
    from artel.kernel.models import Role
    from artel.kernel.roles import Reach

    make_lively(world)
    reader = person("reader", "deals.*", "partners.*", "kernel.view_user", reach=Reach.ALL)
    address = "/reports/deal-effectiveness/rows?cell=" + '{"measure":"count"}'
    assert "103,00" in browser_of(reader).get(address).content.decode()
    written_role(Role.objects.get(name="Role of reader"), {"deals.deal": ["potential"]})
    assert "103,00" not in browser_of(reader).get(address).content.decode()


def test_a_number_opens_all_its_rows_a_page_at_a_time(browser, monkeypatch):
    monkeypatch.setattr("artel.web.pages.report.SHOWN", 3)
    page = browser.get("/reports/deal-effectiveness").content.decode()
    address, count = next(
        (unescape(address), int(text))
        for address, text in LINK.findall(page)
        if text.strip().isdigit() and int(text) > 6
    )
    seen, headers = [], {"HX-Request": "true"}
    while address:
        body = browser.get(address, headers=headers).content.decode()
        lines = re.findall(r'class="miniline"><span class="grow"><a href="([^"]*)"', body)
        assert 0 < len(lines) <= 3
        seen += lines
        onward = re.search(r'hx-get="([^"]*after=[^"]*)"', body)
        address = unescape(onward[1]) if onward else ""
    assert len(seen) == len(set(seen)) == count
    assert browser.get("/reports/deal-effectiveness/rows?after=nonsense").status_code == 404
