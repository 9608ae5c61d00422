"""`artel check`: the doctor's round, said plainly; exit 1 when something is wrong."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from .subcommands import Answer, subcommand


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--deep", action="store_true", help="also read every stored file and compare it with its hash"
    )


@subcommand(
    "check", "examine configuration, database, queues and what each room keeps in order", arguments=_arguments
)
def check(given: Namespace) -> Answer:
    from .doctor import examine

    parts = examine(deep=given.deep)
    lines = [
        line
        for part in parts
        for line in (
            [f"{part.name}: well"]
            if not part.findings
            else [f"{part.name}: {each}" for each in part.findings]
        )
    ]
    ill = any(part.findings for part in parts)
    data = {
        "well": not ill,
        "parts": [{"name": part.name, "findings": list(part.findings)} for part in parts],
    }
    return Answer("\n".join(lines), data, exit_code=int(ill))
