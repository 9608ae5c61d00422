"""Keyset pages tile the list in both directions, whatever the order and however many cells are empty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from artel.kernel.models import Token
from artel.web.paging import Cursor, Sort, cut

from .toys import token


@pytest.fixture
def tokens(alice):
    now = timezone.now()
    ends = [None, now, now, None, now + timedelta(days=1), None, now - timedelta(days=1)]
    return [token(alice, f"t{place}", expires_at=end) for place, end in enumerate(ends)]


@pytest.mark.parametrize("order", ["name", "-name", "expires_at", "-expires_at"])
@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pages_forward_and_backward_tile_the_list(tokens, order, size):
    sort, rows = Sort.read(order), Token.objects.all()
    whole = [each.pk for each in rows.order_by(*sort.order())]
    forward, page = [], cut(rows, sort, size)
    while True:
        forward += [each.pk for each in page.records]
        if not page.has_after:
            break
        page = cut(rows, sort, size, after=Cursor.of(page.records[-1], sort))
    assert forward == whole
    backward = [each.pk for each in page.records]
    while page.has_before:
        page = cut(rows, sort, size, before=Cursor.of(page.records[0], sort))
        backward = [each.pk for each in page.records] + backward
    assert backward == whole


def test_a_cursor_survives_the_address_and_nonsense_is_none(tokens):
    sort = Sort.read("-expires_at")
    for each in tokens:
        cursor = Cursor.of(Token.objects.get(pk=each.pk), sort)
        assert Cursor.read(Token, sort, str(cursor)) == cursor
    for nonsense in ("", "x", "bm90aGluZw==", str(Cursor("not a moment", tokens[0].pk))):
        assert Cursor.read(Token, sort, nonsense) is None
