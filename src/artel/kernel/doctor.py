<<<<<<< HEAD
"""What the doctor says about erased people: some that a restored copy brought back."""
=======
"""What the doctor says about records: columns that no longer equal what they are derived from."""
>>>>>>> fe26cab (site, journal, exchange, deals: Have the doctor look at triggers, sums, derived columns, stages and imports)

from __future__ import annotations

from collections.abc import Iterator

<<<<<<< HEAD
from django.utils.translation import ngettext

from .erasure import unknown_to_base


def findings() -> Iterator[str]:
    """One sentence, when there is somebody whom the base knows again."""
    if count := sum(map(len, unknown_to_base().values())):
        yield ngettext(
            "%(count)s erased person is in the base again: a worker erases him anew within the hour.",
            "%(count)s erased people are in the base again: a worker erases them anew within the hour.",
            count,
        ) % {"count": count}
=======
from django.apps import apps
from django.db.models import F, Q
from django.utils.translation import gettext as _

from .records import Record, facts_of


def findings() -> Iterator[str]:
    """One sentence for each derived column that is wrong somewhere; the database keeps them, so none should be."""
    for model in apps.get_models():
        derived = facts_of(model).derived if issubclass(model, Record) else {}
        for column, path in derived.items():
            both_empty = Q(**{f"{column}__isnull": True, f"{path}__isnull": True})
            wrong = model._base_manager.exclude(Q(**{column: F(path)}) | both_empty).count()
            if wrong:
                said = {"column": f"{model._meta.label_lower}.{column}", "path": path, "count": wrong}
                yield _("%(column)s differs from %(path)s in %(count)s rows.") % said
>>>>>>> fe26cab (site, journal, exchange, deals: Have the doctor look at triggers, sums, derived columns, stages and imports)
