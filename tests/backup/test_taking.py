"""A backup is whole, taken beside the work, closed to others, and refused where it would not be one."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pyrage
import pytest

from artel.site.backup.taking import whole_length

from .house import FILL, WRITE, House

SECRET = "a long passphrase of the house"


def test_a_backup_holds_base_files_and_key_and_is_read_by_its_owner_alone(kept):
    house, path, _orlova = kept
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("manifest.json"))
        assert archive.read("secret.key") == (house.home / "secret.key").read_bytes()
        assert set(archive.namelist()) == {*told["pieces"], "manifest.json"}
    assert told["tables"]["partners_partner"]["rows"] == 20
    assert [told["has_key"], told["lost"]] == [True, []]
    assert list(path.parent.iterdir()) == [path]


def test_checking_a_backup_reads_it_and_writes_nothing(kept, another):
    house, path, _orlova = kept
    told = another.done("restore", path, "--check")
    assert told["whole"] is True
    assert told["rows"] == house.done("restore", path, "--check")["rows"]
    assert another.look().partners == []


def test_a_copy_taken_under_load_is_of_one_moment(another, new_house, tmp_path):
    stop = tmp_path / "stop"
    writing = another.begun(WRITE, str(stop))
    begun = int(writing.stdout.readline())
    another.done("backup", tmp_path / "a.artel")
    writing.stdout.readline()
    stop.touch()
    ended = int(writing.stdout.read().split()[-1])
    writing.wait()
    copy = new_house()
    told = copy.done("restore", tmp_path / "a.artel")
    found = copy.look()
    assert begun <= len(found.partners) < ended
    assert len(found.partners) == found.sets
    assert told["findings"] == []
    assert copy.done("check")["well"] is True


def test_a_file_that_is_there_is_not_written_over(kept):
    house, path, _orlova = kept
    before = path.read_bytes()
    assert house.refused("backup", path) == f"artel: {path} is there already: name another file."
    assert path.read_bytes() == before


def test_a_backup_that_is_just_being_written_is_left_alone(kept, tmp_path):
    house, _path, _orlova = kept
    part = tmp_path / ".night.artel.part"
    part.write_bytes(b"another one's")
    assert "another backup is being written" in house.refused("backup", tmp_path / "night.artel")
    assert part.read_bytes() == b"another one's"


@pytest.mark.only_on("sqlite", "the other makes its copy as it is written")
def test_what_a_killed_backup_left_goes_after_a_day(another, tmp_path):
    old, young = another.home / "backup-old", another.home / "backup-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "database").touch()
    for path in (old / "database", old):
        os.utime(path, (0, 0))
    another.done("backup", tmp_path / "a.artel")
    assert [old.exists(), young.exists()] == [False, True]


@pytest.mark.only_on("postgres", "a file has no schemas")
def test_a_database_that_is_shared_is_not_copied(another, tmp_path):
    another.inside("from django.db import connection\nconnection.cursor().execute('CREATE SCHEMA analysts')")
    assert "schemas that are not Artel's (analysts)" in another.refused("backup", tmp_path / "a.artel")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_leaves_nothing(kept, tmp_path):
    house, _path, _orlova = kept
    assert "cannot be written" in house.refused("backup", tmp_path / "no" / "a.artel")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_base_is_not_copied(new_house, tmp_path):
    bare = new_house(ARTEL_DATABASE_URL=f"sqlite:///{tmp_path / 'empty'}")
    assert "There is no base of Artel here" in bare.refused("backup", tmp_path / "a.artel")
    assert not (tmp_path / "a.artel").exists()


@pytest.mark.only_on("sqlite", "the container is the same on both")
class TestEncryption:
    def test_a_passphrase_opens_what_it_closed_and_no_other_does(self, kept, tmp_path):
        house, _path, _orlova = kept
        path, phrase = tmp_path / "a.artel", tmp_path / "phrase"
        phrase.write_text(f"{SECRET}\n")
        assert house.done("backup", path, "--passphrase-file", phrase)["encrypted"] is True
        assert "Волга".encode() not in path.read_bytes()
        assert house.done("restore", "--check", path, ARTEL_BACKUP_PASSPHRASE=SECRET)["whole"] is True
        assert "give its passphrase" in house.refused("restore", "--check", path)
        assert "does not open" in house.refused("restore", "--check", path, ARTEL_BACKUP_PASSPHRASE="another")

    def test_the_age_tool_s_format_is_what_lies_inside(self, kept, tmp_path):
        house, _path, _orlova = kept
        house.done("backup", tmp_path / "a.artel", ARTEL_BACKUP_PASSPHRASE=SECRET)
        with zipfile.ZipFile(tmp_path / "a.artel") as outer:
            key = pyrage.passphrase.decrypt(outer.read("key.age"), SECRET).decode()
            plain = pyrage.decrypt(outer.read("backup.zip.age"), [pyrage.x25519.Identity.from_str(key)])
        assert "database" in zipfile.ZipFile(io.BytesIO(plain)).namelist()

    def test_the_owner_of_a_key_opens_what_was_made_for_him(self, kept, tmp_path):
        house, _path, _orlova = kept
        identity, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
        path, mine, other = tmp_path / "a.artel", tmp_path / "mine", tmp_path / "other"
        mine.write_text(f"# a comment\n{identity}\n")
        other.write_text(str(stranger))
        said = house.artel("backup", path, "--recipient", str(identity.to_public()))
        assert "only the owners of the keys" in said.stdout
        assert house.done("restore", "--check", path, "--identity", mine)["whole"] is True
        assert "does not open" in house.refused("restore", "--check", path, "--identity", other)
        other.write_text("no key at all")
        assert "holds no private key" in house.refused("restore", "--check", path, "--identity", other)
        assert "name the file of one with --identity" in house.refused("restore", "--check", path)

    def test_a_wrong_key_is_said_and_leaves_no_file(self, kept, tmp_path):
        house, _path, _orlova = kept
        assert "is no public key" in house.refused(
            "backup", tmp_path / "a.artel", "--recipient", "age1nonsense"
        )
        assert list(tmp_path.iterdir()) == []

    def test_an_owner_s_ssh_key_will_do(self, kept, tmp_path):
        house, _path, _orlova = kept
        key = tmp_path / "id"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        public = (tmp_path / "id.pub").read_text().strip()
        house.done("backup", tmp_path / "a.artel", "--recipient", public)
        assert house.done("restore", "--check", tmp_path / "a.artel", "--identity", key)["whole"] is True


@pytest.mark.only_on("sqlite", "no base is asked")
def test_a_month_that_is_just_being_written_is_taken_up_to_its_last_whole_member():
    members = [
        gzip.compress(os.urandom(3_000_000)),
        gzip.compress(b"b" * 40_000_000),
        gzip.compress(b"c" * 9),
    ]
    whole = b"".join(members)
    for cut in (0, 1, 20):
        text = whole + gzip.compress(b"the next one")[:cut]
        assert whole_length(io.BytesIO(text)) == len(whole)
    assert whole_length(io.BytesIO(whole[:-1])) == len(whole) - len(members[-1])
    assert whole_length(io.BytesIO(b"")) == 0


def test_bytes_that_are_not_there_are_told(another, tmp_path):
    another.inside(FILL)
    for file in (another.home / "files").glob("??/??/*"):
        file.unlink()
    told = another.done("backup", tmp_path / "a.artel")
    assert [len(told["lost"]), told["files"]] == [1, 0]


def test_a_key_of_the_environment_stays_out(another: House, tmp_path: Path) -> None:
    key = {"ARTEL_SECRET_KEY": "k" * 50}
    assert another.done("backup", tmp_path / "a.artel", **key)["has_key"] is False
    with zipfile.ZipFile(tmp_path / "a.artel") as archive:
        assert "secret.key" not in archive.namelist()
