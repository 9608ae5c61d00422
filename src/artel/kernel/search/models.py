"""The index: one row a record, its name apart because a hit at its beginning comes first."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from .trigrams import SearchedText


class BinaryText(models.CharField[str, str]):
    """A text ordered by code points on both databases, so that a range of it is a prefix search with an index."""

    def db_parameters(self, connection: Any) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class SearchEntry(models.Model):
    """What one record is found by. `text` holds a line for each searched value, as `lib.names.search_text` leaves it."""

    journal_exempt = "made from the records and the journal; `rebuild` makes it again"

    id = models.BigAutoField(primary_key=True)
    entity = models.CharField(max_length=100)
    record_id = models.UUIDField(unique=True)
    name = BinaryText(max_length=250)
    text = SearchedText()

    class Meta:
        app_label = "search"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity", "name", "record_id"], name="search_by_name")
        ]

    def __str__(self) -> str:
        return self.name
