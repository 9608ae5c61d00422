"""The hot pages and acts: how dear against the baseline, how dear in a base ten times as large, what access costs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bases import BARE_PORT, SIZES, Material, Site, bare, site
from findings import Finding
from measure import Figure, Request, Requests, form, run

GROWTH_BOUND, ACCESS_BOUND = 1.5, 1.3
YEARS = "from=2024-01-01&to=2026-12-31"


@dataclass(frozen=True)
class Operation:
    """One operation of somebody, its counterpart of the baseline, and how many times dearer it may be."""

    name: str
    counterpart: str
    bound: float
    requests: Callable[[Material], Requests]

    @property
    def group(self) -> str:
        return self.name.split(",")[0]


def lists(login: str) -> Callable[[Material], Requests]:
    """Filtered by a stage, sorted by potential."""

    def requests(given: Material) -> Requests:
        person = given.people[login]
        return lambda n: person.get(f"/deals?stage={given.stages[n % 10]}&sort=-potential")

    return requests


def boards(login: str) -> Callable[[Material], Requests]:
    """Lanes of the kind most deals are of, with counts, sums and their first cards."""

    def requests(given: Material) -> Requests:
        person = given.people[login]
        return lambda n: person.get(f"/deals?look=board&deck={given.kind}")

    return requests


def cards(login: str) -> Callable[[Material], Requests]:
    def requests(given: Material) -> Requests:
        person = given.people[login]
        return lambda n: person.get(f"/deals/{given.deals[n * 7919 % len(given.deals)]}")

    return requests


def creates(login: str) -> Callable[[Material], Requests]:
    def requests(given: Material) -> Requests:
        person = given.people[login]

        def request(n: int) -> Request:
            client = given.clients[n % len(given.clients)]
            values = {"name": f"Сделка {n}", "kind": given.kind, "client": client, "potential": "100"}
            return person.post("/deals/new", 302, **values)

        return request

    return requests


_moved: dict[str, int] = {}


def moves(login: str) -> Callable[[Material], Requests]:
    """Each deal goes one stage further in each round, and from the last one to the first."""

    def requests(given: Material) -> Requests:
        person, turns = given.people[login], itertools.cycle(given.own)

        def request(n: int) -> Request:
            deal, place = next(turns)
            _moved[deal] = step = _moved.get(deal, 0) + 1
            stage = given.stages[(place + step) % len(given.stages)]
            return person.post(f"/deals/{deal}/act/move_deal", 302, stage=stage)

        return request

    return requests


def funnels(login: str, more: str = "") -> Callable[[Material], Requests]:
    return lambda given: lambda n: given.people[login].get(f"/reports/sales-funnel?{YEARS}{more}")


def finds(login: str) -> Callable[[Material], Requests]:
    """The search over everything by a name's two words and its number."""
    return lambda given: lambda n: given.people[login].get(f"/search?q=office{n * 7919 % 10_000}")


def looks_up(terms: Sequence[str]) -> Callable[[Material], Requests]:
    """The type-ahead of partners, by a manager."""
    return lambda given: (
        lambda n: given.people["manager0"].get(f"/lookup/partners.partner?q={terms[n % len(terms)]}")
    )


def finds_any(terms: Sequence[str]) -> Callable[[Material], Requests]:
    """The search over everything, by a manager."""
    return lambda given: lambda n: given.people["manager0"].get(f"/search?q={terms[n % len(terms)]}")


# Of these terms nobody holds the first, some hundred of 100,000 each of the second, more than 10,000 each of the third.
NO_HITS = [f"qqx{number}" for number in range(100)]
HUNDRED = [f"office{number}" for number in range(100, 900, 7)]
THOUSANDS = [f"office{number}" for number in range(1, 10)]
EVERYWHERE = [quote(word) for word in ("сервис", "торг", "строй", "маркет", "снаб", "пром", "транс", "техно")]
"""In names of clients and of deals alike."""
BARE_TERMS = {
    "no hits": NO_HITS,
    "100 hits": ["vinzo", "zannu", "mirra", "marbu", "pilen", "zanna", "marbo", "marra", "anthe", "zanth"],
    "over 10,000 hits": ["ma", "ra", "na", "za", "go", "le"],
}

OPERATIONS = (
    Operation("list, sees 30 %", "list", 1.5, lists("manager0")),
    Operation("list, sees 0.1 %", "list", 1.5, lists("narrow")),
    Operation("list, sees everything", "list", 1.5, lists("boss")),
    Operation("board, sees 30 %", "kanban", 1.0, boards("manager0")),
    Operation("board, sees everything", "kanban", 1.0, boards("boss")),
    Operation("card with its timeline", "card", 2.5, cards("manager0")),
    Operation("create", "create", 4.0, creates("manager0")),
    Operation("stage", "stage", 4.0, moves("manager0")),
    *(
        Operation(f"{name}, {hits}", f"search, {hits}", bound, searches(terms))
        for name, bound, searches, over in (
            ("people-search", 1.5, looks_up, THOUSANDS),
            ("global-search", 4.0, finds_any, EVERYWHERE),
        )
        for hits, terms in (("no hits", NO_HITS), ("100 hits", HUNDRED), ("over 10,000 hits", over))
    ),
)
MANAGERS_PAGES = (
    Operation("list", "", GROWTH_BOUND, lists("manager0")),
    Operation("card with its timeline", "", GROWTH_BOUND, cards("manager0")),
    Operation("create", "", GROWTH_BOUND, creates("manager0")),
    Operation("stage", "", GROWTH_BOUND, moves("manager0")),
    Operation("search", "", GROWTH_BOUND, finds("manager0")),
    Operation("funnel of his own deals", "", GROWTH_BOUND, funnels("manager0", "&responsible=manager0")),
)
RESTRICTED = (
    ("list", lists),
    ("card with its timeline", cards),
    ("create", creates),
    ("stage", moves),
    ("search", finds),
)


def baseline(number_of_deals: int) -> dict[str, Requests]:
    return {
        "list": lambda n: Request(f"/list?stage={n % 10}&manager={n % 20}"),
        "kanban": lambda n: Request("/kanban"),
        "card": lambda n: Request(f"/card?id={n * 7919 % number_of_deals}"),
        "create": lambda n: form("/create", f"name=Deal+{n}&contact={n % 1000}&amount={n}"),
        "stage": lambda n: form("/stage", f"id={n * 7919 % number_of_deals}&stage={n % 10}"),
        "funnel": lambda n: Request("/funnel"),
        **{f"search, {hits}": _bare_search(terms) for hits, terms in BARE_TERMS.items()},
    }


def _bare_search(terms: Sequence[str]) -> Requests:
    return lambda n: Request(f"/search?q={terms[n % len(terms)]}")


def against_bare(here: Site, names: Sequence[str]) -> Iterator[Finding]:
    """Each operation beside its counterpart, one right after the other."""
    floor = baseline(SIZES[here.size])
    with bare(here) as server:
        floors: dict[str, Figure] = {}
        for one in OPERATIONS:
            if one.group.split()[0] not in names:
                continue
            if one.counterpart not in floors:
                watched = lambda: [*server.processes(), *here.postgres.backends()]  # noqa: E731 -- asked anew each time
                floors[one.counterpart] = run(BARE_PORT, floor[one.counterpart], watched, here.operations)
            ours, other = here.run(one.requests(here.material)), floors[one.counterpart]
            detail = {**ours.detail(), **other.detail("bare ")}
            yield Finding(one.name, here.database, here.size, ours.cpu / other.cpu, one.bound, detail=detail)


def access(here: Site) -> Iterator[Finding]:
    """A manager's page, and the same page of somebody in the same role whom nothing restricts; taken in turns."""
    for name, requests in RESTRICTED:
        restricted, free = [], []
        for _turn in range(3):
            restricted.append(here.run(requests("manager0")(here.material), here.operations // 2, runs=1))
            free.append(here.run(requests("free")(here.material), here.operations // 2, runs=1))
        ours, other = median(restricted), median(free)
        detail = {**ours.detail(), **other.detail("unrestricted ")}
        yield Finding(
            f"access, {name}", here.database, here.size, ours.cpu / other.cpu, ACCESS_BOUND, detail=detail
        )


def median(figures: Sequence[Figure]) -> Figure:
    return sorted(figures, key=lambda one: one.cpu)[len(figures) // 2]


def growth(database: str, folder: Path, operations: int) -> Iterator[Finding]:
    """A manager's pages at a million against the same at a hundred thousand."""
    found: dict[str, dict[str, Figure]] = {}
    for size in ("100k", "1m"):
        _moved.clear()
        with site(size, database, folder, operations=operations) as here:
            found[size] = {one.name: here.run(one.requests(here.material)) for one in MANAGERS_PAGES}
    for one in MANAGERS_PAGES:
        large, small = found["1m"][one.name], found["100k"][one.name]
        detail = {**large.detail(), **small.detail("at 100k ")}
        yield Finding(f"growth, {one.name}", database, "1m", large.cpu / small.cpu, one.bound, detail=detail)
