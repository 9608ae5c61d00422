"""`artel reseal`: what a former secret key has sealed is sealed with the present one; then the former key may go."""

from __future__ import annotations

from argparse import Namespace

from .subcommands import Answer, subcommand


@subcommand("reseal", "seal kept secrets with the present secret key")
def reseal(_given: Namespace) -> Answer:
    """Says how many were sealed anew; what no key opens is a finding of `artel check`."""
    from artel.kernel import sealing

    count = sealing.reseal()
    closed = list(sealing.findings())
    text = "\n".join([f"Sealed anew: {count}.", *closed])
    return Answer(text, {"resealed": count, "findings": closed}, exit_code=1 if closed else 0)
