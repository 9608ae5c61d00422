"""What is asked of Artel, each the counterpart of an operation that other CRMs were measured with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import hot
from bases import Material
from measure import Request, Requests

WHO = "boss"
"""Sees everything, as the administrators did by whom the others were asked."""

TERMS = [f"office{number}" for number in range(100, 900, 80)]
"""Ten pieces of names, some hundred hits each."""

Asks = Callable[[Material], Requests]


def _lists_with(terms: list[str]) -> Asks:
    return lambda given: lambda n: given.people[WHO].get(f"/partners?q={terms[n % len(terms)]}")


def _searches(given: Material) -> Requests:
    return lambda n: given.people[WHO].get(f"/search?q={TERMS[n % len(TERMS)]}")


def _offers(given: Material) -> Requests:
    return lambda n: given.people[WHO].get(f"/lookup/partners.partner?q={TERMS[n % len(TERMS)]}")


OPERATIONS: Mapping[str, Asks] = {
    "list: a stage, by potential": hot.lists(WHO),
    "card with its timeline": hot.cards(WHO),
    "board: 10 lanes": hot.boards(WHO),
    "create a deal (form)": hot.creates(WHO),
    "move to a stage": hot.moves(WHO),
    "search: list of partners by a piece": _lists_with(TERMS),
    "search: type-ahead": _offers,
    "search: everything": _searches,
    "funnel: stage × manager": hot.funnels(WHO, "&rows=stage,responsible"),
}


def clients_by_program(token: str, at_once: int = 1) -> Requests:
    """New clients by the API: one a request, or many in one."""
    headers = (("Authorization", f"Bearer {token}"), ("Content-Type", "application/json"))

    def request(n: int) -> Request:
        rows = [{"name": f"ООО Опыт {n}-{row}"} for row in range(at_once)]
        if at_once == 1:
            return Request("/api/v1/partners", "POST", json.dumps(rows[0]).encode(), headers, 201)
        return Request("/api/v1/partners/bulk", "POST", json.dumps({"items": rows}).encode(), headers)

    return request
