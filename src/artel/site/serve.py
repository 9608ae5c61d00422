"""The web server: pages run as WSGI in threads, which is faster than Django's ASGI and needs no async code."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")

pages = get_wsgi_application()


def run(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT. Each thread keeps one connection to the database."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # The workers are new processes: a connection of this one must not reach them.
    connections.close_all()
    server = Granian(
        f"{__name__}:pages",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve()
