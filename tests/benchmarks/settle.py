"""What the worker does every hour: `python settle.py` in a base's surroundings tells the planner how rows lie."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    django.setup()
    from django.db import connection

    from artel.kernel.dialect import gather_statistics

    gather_statistics(connection)


if __name__ == "__main__":
    main()
