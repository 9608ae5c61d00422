"""`artel backup` and `artel restore`: the whole house in one file, and back."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .subcommands import Answer, Failure, subcommand

if TYPE_CHECKING:
    from .backup.container import Opener
    from .backup.manifest import Manifest

PASSPHRASE = "ARTEL_BACKUP_PASSPHRASE"


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a new file; only its owner may read it")
    _passphrase_argument(parser, "encrypt it with the passphrase in a file")
    parser.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="KEY",
        help="encrypt it for the owner of a public key (age1… or ssh-…), any number of times",
    )


def _passphrase_argument(parser: ArgumentParser, what: str) -> None:
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=f"{what}; or set {PASSPHRASE}")


@subcommand(
    "backup", "copy base, files and key into one file while everything works", arguments=_backup_arguments
)
def backup(given: Namespace) -> Answer:
    """The file is read again and compared before it gets its name."""
    from .backup.container import Lock, Opener
    from .backup.taking import take

    passphrase = _passphrase(given)
    lock = Lock(passphrase, given.recipient)
    opener = Opener(passphrase) if passphrase else None
    manifest = take(given.file.resolve(), lock, opener)
    data = {
        "file": str(given.file),
        "size": given.file.stat().st_size,
        "encrypted": bool(lock),
        **_told(manifest),
    }
    lines = [f"{given.file}: {_sentence(manifest)}", *_remarks(manifest)]
    if lock and not opener:
        lines.append("It was not read again: only the owners of the keys can open it.")
    return Answer("\n".join(lines), data)


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    _passphrase_argument(parser, "open it with the passphrase in a file")
    parser.add_argument(
        "--identity", type=Path, metavar="FILE", help="open it with the private keys in a file"
    )
    parser.add_argument("--check", action="store_true", help="only read it through; write nothing")
    parser.add_argument(
        "--erased", type=Path, metavar="FILE", help="the list of erased people, where it was kept elsewhere"
    )


@subcommand("restore", "become what a backup says; what was there is put aside", arguments=_restore_arguments)
def restore(given: Namespace) -> Answer:
    """Counts and hashes are compared; whoever was erased since is erased again; the doctor looks at the result."""
    from .backup import restoring
    from .doctor import examine

    opener = _opener(given)
    if given.check:
        manifest = restoring.look_into(given.file, opener)
        lines = [f"{given.file} is whole: {_sentence(manifest)}", *_remarks(manifest)]
        return Answer("\n".join(lines), {"whole": True, **_told(manifest)})
    done = restoring.restore(given.file, opener, given.erased)
    ill = [f"{part.name}: {finding}" for part in examine() for finding in part.findings]
    data = {
        **_told(done.manifest),
        "files_put": len(done.files),
        "aside": done.aside or None,
        "key_aside": done.key_aside or None,
        "migrations": done.migrations,
        "erased_again": done.erased_again,
        "findings": ill,
    }
    lines = [f"Restored: {_sentence(done.manifest)}", *_remarks(done.manifest), *done.remarks]
    if done.aside:
        lines.append(f"What was there before lies in {done.aside}: remove it when nobody needs it.")
    if done.key_aside:
        lines.append(f"The signing key that was there lies in {done.key_aside}.")
    if done.erased_again:
        lines.append(f"Erased again, because they had been erased since: {done.erased_again}.")
    return Answer("\n".join([*lines, *ill]), data)


def _passphrase(given: Namespace) -> str:
    if given.passphrase_file is None:
        return os.environ.get(PASSPHRASE, "")
    return _read(given.passphrase_file).strip()


def _opener(given: Namespace) -> Opener:
    from .backup.container import Opener

    return Opener(_passphrase(given), _read(given.identity) if given.identity else "")


def _read(path: Path) -> str:
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as no:
        raise Failure(f"{path} cannot be read: {getattr(no, 'strerror', None) or 'it is no text'}.") from no
    if not text.strip():
        raise Failure(f"{path} is empty.")
    return text


def _sentence(manifest: Manifest) -> str:
    return f"{manifest.rows:,} rows of {len(manifest.tables)} tables and {manifest.files:,} files, as of {manifest.made_at}."


def _remarks(manifest: Manifest) -> list[str]:
    lines = [] if manifest.has_key else ["The signing key comes from ARTEL_SECRET_KEY: keep it yourself."]
    if manifest.lost:
        lines.append(
            f"Files whose bytes were not there: {len(manifest.lost)} ({', '.join(manifest.lost[:3])})."
        )
    return lines


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": manifest.made_at,
        "version": manifest.version,
        "database": manifest.database,
        "rows": manifest.rows,
        "tables": len(manifest.tables),
        "files": manifest.files,
        "lost": manifest.lost,
        "has_key": manifest.has_key,
    }
