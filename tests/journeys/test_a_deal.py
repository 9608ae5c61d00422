"""A salesman signs in, works a deal, loses it with a reason, reads the funnel and takes the loss back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from .conftest import Demo, Visit

KIND, UNMET = "Продажа по этапам", "Дорого"
CLIENT, RIVAL = "Верфь у маяка", "Чужие паруса"
STAGES = {
    "first": ("Первичный контакт", "First contact"),
    "second": ("Квалификация клиента", "Client qualification"),
    "third": ("Формирование предложения", "Making the proposal"),
}
MOST_TABS = 80
SCRIPTED = "[data-htmx-powered]"
"""What the scripts have taken over; no person is faster than they are."""
TO_COMPETITOR = ("Проигрыш конкуренту", "Lost to a competitor")
COMPETITOR = ("Конкурент", "Competitor")


@pytest.fixture(scope="package")
def works(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A client, a competitor and three deals of the manager, from files."""
    folder = tmp_path_factory.mktemp("files")
    partners = f"name,is_client,is_competitor,manager\n{CLIENT},1,0,manager\n{RIVAL},0,1,manager\n"
    names = ("Мачта", "Mast", "Keel")
    deals = "name,client,kind,responsible,potential\n"
    deals += "".join(f"{name},{CLIENT},{KIND},manager,1000\n" for name in names)
    for entity, text in (("partners", partners), ("deals", deals)):
        path: Path = folder / f"{entity}.csv"
        path.write_text(text)
        assert demo.run("import", entity, str(path))["refused"] == 0


ON_EACH = "one language on each database"


@pytest.fixture(
    params=[
        pytest.param("ru", marks=pytest.mark.only_on("sqlite", ON_EACH)),
        pytest.param("en", marks=pytest.mark.only_on("postgres", ON_EACH)),
    ]
)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def say(language: str) -> Callable[[str], str]:
    """The words of the person's language."""

    def said(text: str) -> str:
        with override(language):
            return gettext(text)

    return said


def shipped(names: tuple[str, str], language: str) -> str:
    return names[language == "en"]


def test_a_deal_is_worked_lost_counted_and_taken_back(
    visit: Visit, works: None, language: str, say: Callable[[str], str]
) -> None:
    name = {"ru": "Мачта", "en": "Mast"}[language]
    first, second, third = (shipped(stage, language) for stage in STAGES.values())
    tab = visit("manager", language)
    before = lost_at(tab, third)

    open_from_the_list(tab, say, name)
    move(tab, third)  # forward over a stage
    move(tab, second)  # and back
    move(tab, third)
    assert_route(tab, [first, second, third])
    add_participant(tab, RIVAL, shipped(COMPETITOR, language))
    add_demand(tab, "Ель", "1 250,50" if language == "ru" else "1250.50")
    rename(tab, say, f"{name} 2")
    lose(tab, say, shipped(TO_COMPETITOR, language), RIVAL)
    card = tab.url

    assert lost_at(tab, third) == before + 1
    names = drill(tab, third)
    assert f"{name} 2" in names
    assert len(names) == before + 1

    tab.goto(card)
    take_back_the_newest(tab, say)
    tab.goto(card)
    expect(tab.locator(".rec-head")).to_contain_text(say("in work"))
    assert_route(tab, [first, second, third])
    assert lost_at(tab, third) == before


@pytest.mark.only_on("postgres", ON_EACH)
@pytest.mark.parametrize("language", ["en"])
def test_a_deal_is_worked_without_a_mouse(
    visit: Visit, works: None, language: str, say: Callable[[str], str]
) -> None:
    third = shipped(STAGES["third"], language)
    tab = visit("manager", language)
    tab.goto("/deals?q=keel")
    expect(tab.locator("td.name a")).to_have_text(["Keel"])
    expect(tab.locator(SCRIPTED).first).to_be_attached()
    tab.keyboard.press("j")
    expect(tab.locator("tr.cur")).to_be_visible()
    tab.keyboard.press("Enter")
    expect(tab.locator(".rec-head .title")).to_contain_text("Keel")
    tab_to(tab, f".route button:has-text('{third}')")
    tab.keyboard.press("Enter")
    expect(tab.locator(".route [aria-current=step]")).to_contain_text(third)
    tab_to(tab, "main a[href*='/act/lose_deal']")
    tab.keyboard.press("Enter")
    expect(tab.locator("#f-loss_reason-ts-control")).to_be_focused()
    choose_by_keys(tab, shipped(TO_COMPETITOR, language))
    tab_to(tab, "#f-winner-ts-control")
    choose_by_keys(tab, RIVAL)
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".rec-head")).to_contain_text(say("lost"))


def tab_to(tab: Page, selector: str) -> None:
    """Tab through the page until the element has the focus."""
    target = tab.locator(selector).first
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by {MOST_TABS} Tabs")


def open_from_the_list(tab: Page, say: Callable[[str], str], name: str) -> None:
    tab.locator(".rail").get_by_role("link", name=say("Deals"), exact=True).click()
    expect(tab.locator("h1")).to_have_text(say("Deals"))
    expect(tab.locator(SCRIPTED).first).to_be_attached()
    tab.fill("#find", name.lower())
    row = tab.locator("td.name a")
    expect(row).to_have_text([name])
    row.click()
    expect(tab.locator(".rec-head .title")).to_contain_text(name)


def move(tab: Page, stage: str) -> None:
    tab.locator(".route").get_by_role("button", name=stage).click()
    expect(tab.locator(".route [aria-current=step]")).to_contain_text(stage)


def assert_route(tab: Page, stages: list[str]) -> None:
    """The stages that have begun, in order; the last is the present one."""
    begun = tab.locator(".route li.done, .route li.now")
    expect(begun).to_contain_text(stages)


def act(tab: Page, name: str) -> Locator:
    """The dialog of an act that the card offers."""
    tab.locator(f"main a[href*='/act/{name}']{SCRIPTED}").first.click()
    dialog = tab.locator("dialog[open]")
    expect(dialog.locator("h2")).to_be_visible()
    return dialog


def choose(tab: Page, field: str, text: str) -> None:
    """Type into a field of references and take what it offers."""
    tab.locator(f"{field}-ts-control").focus()
    tab.keyboard.type(text)
    tab.locator(f"{field}-ts-dropdown .option").filter(has_text=text).first.click()
    expect(tab.locator(f"{field} ~ .ts-wrapper .item").filter(has_text=text).first).to_be_visible()


def choose_by_keys(tab: Page, text: str) -> None:
    """The same in the field that has the focus: what is found first is chosen by Enter."""
    tab.keyboard.type(text)
    expect(tab.locator(".ts-dropdown .option.active:visible")).to_contain_text(text)
    tab.keyboard.press("Enter")


def press_main(tab: Page) -> None:
    """The main act of the dialog; a list that hangs over it closes when something else is clicked."""
    dialog = tab.locator("dialog[open]")
    dialog.locator("h2").click()
    dialog.locator("button[type=submit]").click()


def send(tab: Page) -> None:
    press_main(tab)
    expect(tab.locator("dialog[open]")).to_have_count(0)


def add_participant(tab: Page, partner: str, role: str) -> None:
    act(tab, "add_participant")
    choose(tab, "#f-partner", partner)
    choose(tab, "#f-role", role)
    send(tab)
    expect(tab.get_by_role("row").filter(has_text=partner)).to_contain_text(role)


def add_demand(tab: Page, text: str, amount: str) -> None:
    dialog = act(tab, "add_demand_row")
    dialog.locator("#f-description").fill(text)
    send_refused(tab, "#f-sum")
    dialog.locator("#f-sum").fill(amount)
    choose(tab, "#f-reason", UNMET)  # otherwise the deal could not end
    send(tab)
    expect(tab.get_by_role("row").filter(has_text=text)).to_contain_text("250")


def send_refused(tab: Page, field: str) -> None:
    """The dialog stays and says beside the field what is missing."""
    press_main(tab)
    expect(tab.locator(f"dialog[open] {field.replace('#f-', '#e-')}")).to_be_visible()


def rename(tab: Page, say: Callable[[str], str], name: str) -> None:
    tab.get_by_role("link", name=say("Change"), exact=False).first.click()
    tab.fill("#f-name", name)
    tab.keyboard.press("Control+s")
    expect(tab.locator(".rec-head .title")).to_contain_text(name)


def lose(tab: Page, say: Callable[[str], str], reason: str, winner: str) -> None:
    """The dialog asks for the reason, then for the winner that this reason wants."""
    act(tab, "lose_deal")
    send_refused(tab, "#f-loss_reason")
    choose(tab, "#f-loss_reason", reason)
    send_refused(tab, "#f-winner")
    choose(tab, "#f-winner", winner)
    send(tab)
    expect(tab.locator(".rec-head")).to_contain_text(say("lost"))
    expect(tab.locator(".facts").filter(has_text=reason).first).to_be_visible()


def funnel_row(tab: Page, stage: str) -> Locator:
    return tab.locator("table.report tbody tr").filter(has=tab.get_by_role("rowheader", name=stage))


def lost_at(tab: Page, stage: str) -> int:
    """How many deals the funnel shows as lost at a stage."""
    tab.goto("/reports/sales-funnel")
    shown = funnel_row(tab, stage).locator("td").nth(4).inner_text().strip()
    return int(shown or 0)  # a funnel leaves its zeros blank


def drill(tab: Page, stage: str) -> list[str]:
    """The deals behind the number of the lost at a stage."""
    funnel_row(tab, stage).locator("td").nth(4).locator(f"button{SCRIPTED}").click()
    rows = tab.locator("#drill a")
    expect(rows.first).to_be_visible()
    return [text.rsplit(": ", 1)[0] for text in rows.all_inner_texts()]


def take_back_the_newest(tab: Page, say: Callable[[str], str]) -> None:
    tab.get_by_role("link", name=say("History"), exact=True).click()
    tab.locator(f".hist a{SCRIPTED}").filter(has_text=say("Take back")).first.click()
    expect(tab.locator("dialog[open] h2")).to_contain_text(say("Lost…"))
    send(tab)
