"""The web server: pages run as WSGI in threads, which is faster than Django's ASGI and needs no async code; streams wait
on the loop in front of them (`front`)."""

from __future__ import annotations

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from .children import die_with_parent

GRACE_SECONDS = 10

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")

pages = get_wsgi_application()

from django.conf import settings  # noqa: E402 -- these need the house to stand

from artel.kernel.files.endpoint import most_at_once  # noqa: E402
from artel.web.catalogs import merge_catalogs  # noqa: E402
from artel.web.middleware import LANGUAGES  # noqa: E402

from .front import THREADS, Front, Room  # noqa: E402

# What is no file is looked at by the pages themselves, which say what is wrong up to twice what they take.
front = Front(pages, Room(files=most_at_once(), other=2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
merge_catalogs(*LANGUAGES)

# What was loaded now lives as long as the process: the collector need not look through it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def run(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT. Each thread keeps one connection to the database."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from artel.kernel.bell import LIVE, ring
    from artel.web.live.follower import STOP

    class Server(Granian):  # type: ignore[misc, valid-type]
        def shutdown(self, exit_code: int = 0) -> None:
            # Streams never end by themselves, and workers wait for what they are at.
            ring(LIVE, STOP)
            super().shutdown(exit_code)

    # The workers are new processes: a connection of this one must not reach them.
    connections.close_all()
    os.register_at_fork(after_in_child=_made_a_worker)
    os.environ[THREADS] = str(threads)
    server = Server(
        f"{__name__}:front",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve()


def _made_a_worker() -> None:
    """Only its master ends it: Ctrl-C reaches every process of the group, and the server hangs when two signals meet."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    # Until it has a handler of its own: its master's would swallow the signal.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent(signal.SIGKILL)
