"""`artel serve` and `artel worker`: the two production processes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from .subcommands import Answer, subcommand


def _serve_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument(
        "--threads", type=int, default=4, help="threads of each process (default: %(default)s)"
    )


@subcommand("serve", "serve pages and the API", arguments=_serve_arguments)
def serve(given: Namespace) -> None:
    from .serve import run

    run(given.host, given.port, given.workers, given.threads)


@subcommand("worker", "do jobs, and start those that are due by the clock")
def worker(given: Namespace) -> Answer:
    from artel.kernel.jobs.worker import run

    return Answer("", exit_code=run())
