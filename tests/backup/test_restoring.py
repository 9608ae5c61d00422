"""A backup comes back whole or not at all; who was erased since stays erased."""

from __future__ import annotations

import json
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from .house import ERASE, WRITE


def altered(path: Path, copy: Path, change) -> Path:
    """The same backup with another manifest or other pieces: `change` gets them by name."""
    with zipfile.ZipFile(path) as archive:
        pieces = {name: archive.read(name) for name in archive.namelist()}
    change(pieces)
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in pieces.items():
            archive.writestr(name, content)
    return copy


def manifest_with(**told):
    def change(pieces):
        pieces["manifest.json"] = json.dumps({**json.loads(pieces["manifest.json"]), **told}).encode()

    return change


def test_another_house_becomes_the_copy(kept, another):
    house, path, _orlova = kept
    told = another.done("restore", path)
    assert another.look() == house.look()
    assert another.look().files == ["the plan of the house"]
    assert [told["files_put"], told["erased_again"], told["findings"]] == [1, 0, []]
    assert (another.home / "secret.key").read_bytes() == (house.home / "secret.key").read_bytes()
    assert another.done("check", "--deep")["well"] is True


def test_what_was_there_is_put_aside(kept, another):
    _house, path, _orlova = kept
    another.inside("from artel.domains.partners.factories import partner\npartner('Ладога', HOUSE)")
    aside = another.done("restore", path)["aside"]
    assert aside
    assert "Ладога" not in another.look().partners
    # Once more: what is put aside is not in the way.
    second = another.done("restore", path)["aside"]
    assert second not in {None, aside}


def test_who_was_erased_since_is_erased_again(kept, another):
    _house, path, orlova = kept
    another.done("restore", path)
    another.inside(ERASE, orlova)
    gone = another.look()
    assert "Орлова" not in gone.people
    told = another.done("restore", path)
    assert told["erased_again"] == 1
    assert another.look().people == gone.people
    assert another.done("check")["well"] is True


def test_a_list_of_erased_people_kept_elsewhere_is_heeded(kept, another, new_house, tmp_path):
    _house, path, orlova = kept
    another.done("restore", path)
    another.inside(ERASE, orlova)
    elsewhere = shutil.copy(another.home / "erased", tmp_path / "erased")
    fresh = new_house()
    assert fresh.done("restore", path, "--erased", elsewhere)["erased_again"] == 1
    assert "Орлова" not in fresh.look().people
    assert "cannot be read" in fresh.refused("restore", path, "--erased", tmp_path / "none")


def test_a_house_at_work_is_left_alone(kept, another, tmp_path):
    _house, path, _orlova = kept
    stop = tmp_path / "stop"
    writing = another.begun(WRITE, str(stop))
    writing.stdout.readline()
    said = another.refused("restore", path)
    stop.touch()
    writing.wait()
    assert said.startswith("artel: Artel is at work here: ")
    assert all(name.startswith("Нева") for name in another.look().partners)


@pytest.mark.only_on("sqlite", "what the file is, is found before a base is asked")
@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_no_backup(kept, another, tmp_path, cut):
    _house, path, _orlova = kept
    text = path.read_bytes()
    (tmp_path / "cut").write_bytes(text[: int(len(text) * cut)])
    assert "is not a whole backup" in another.refused("restore", tmp_path / "cut")
    assert another.look().partners == []


@pytest.mark.only_on("sqlite", "what the file is, is found before a base is asked")
def test_a_changed_byte_is_found_before_anything_is_written(kept, another, tmp_path):
    _house, path, _orlova = kept
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    (tmp_path / "bad").write_bytes(text)
    assert "is not a whole backup" in another.refused("restore", tmp_path / "bad")
    assert another.look().partners == []


@pytest.mark.only_on("sqlite", "what the file is, is found before a base is asked")
def test_pieces_that_are_not_those_listed_are_found(kept, another, tmp_path):
    _house, path, _orlova = kept

    def change(pieces):
        (name,) = [name for name in pieces if name.startswith("files/") and "." not in name]
        pieces[name] = b"other bytes"

    assert "is damaged" in another.refused("restore", altered(path, tmp_path / "bad", change))


def test_a_base_that_is_not_what_was_copied_is_taken_out_again(kept, another, tmp_path):
    _house, path, _orlova = kept
    another.inside("from artel.domains.partners.factories import partner\npartner('Ладога', HOUSE)")
    key = (another.home / "secret.key").read_bytes()

    def change(pieces):
        told = json.loads(pieces["manifest.json"])
        told["tables"]["partners_partner"]["rows"] += 1
        pieces["manifest.json"] = json.dumps(told).encode()

    said = another.refused("restore", altered(path, tmp_path / "bad", change))
    assert "partners_partner had 21 rows and has 20" in said
    assert another.look().partners == ["Ладога"]
    assert (another.home / "secret.key").read_bytes() == key
    assert another.done("check")["well"] is True


def test_a_copy_made_by_a_newer_house_waits_for_an_upgrade(kept, another, tmp_path):
    _house, path, _orlova = kept
    newer = altered(path, tmp_path / "newer", manifest_with(migrations=["deals.9999_later"], version="99"))
    assert "was made by a newer Artel (99)" in another.refused("restore", newer)
    later = altered(path, tmp_path / "later", manifest_with(format=99))
    assert "another version of Artel" in another.refused("restore", later)


def test_a_copy_of_the_other_database_is_refused(kept, another, tmp_path):
    _house, path, _orlova = kept
    other = "sqlite" if another.environment["ARTEL_DATABASE_URL"].startswith("postgres") else "postgresql"
    strange = altered(path, tmp_path / "strange", manifest_with(database=other))
    assert "this Artel is set up with" in another.refused("restore", strange)


@pytest.mark.only_on("sqlite", "what the file is, is found before a base is asked")
def test_a_damaged_list_is_said_so(kept, another, tmp_path):
    _house, path, _orlova = kept
    text = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("manifest.json").header_offset
    text[place + 60] ^= 1
    (tmp_path / "bad").write_bytes(text)
    assert "is not a whole backup" in another.refused("restore", tmp_path / "bad")


@pytest.mark.only_on("sqlite", "what the file is, is found before a base is asked")
@pytest.mark.parametrize("name", ["journal/../secret.key", "imports/../erased", "journal/../../x"])
def test_a_piece_goes_nowhere_but_into_its_folder(kept, another, tmp_path, name):
    _house, path, _orlova = kept

    def change(pieces):
        told = json.loads(pieces["manifest.json"])
        pieces[name] = b"x" * 5000
        told["pieces"][name] = {"size": 5000, "sha256": sha256(pieces[name]).hexdigest()}
        pieces["manifest.json"] = json.dumps(told).encode()

    said = another.refused("restore", altered(path, tmp_path / "bad", change))
    assert "would lie outside its folder" in said
    assert another.look().partners == []


def test_the_key_that_was_there_is_kept(kept, another):
    _house, path, _orlova = kept
    another.done("check")
    before = (another.home / "secret.key").read_bytes()
    aside = another.done("restore", path)["key_aside"]
    assert Path(aside).read_bytes() == before
    assert Path(aside).stat().st_mode & 0o777 == 0o600


@pytest.mark.only_on("sqlite", "a file's header")
@pytest.mark.parametrize("place", [18, 19, 47])
def test_a_base_whose_header_is_damaged_is_replaced(kept, another, place):
    _house, path, _orlova = kept
    file = Path(another.environment["ARTEL_DATABASE_URL"].removeprefix("sqlite:///"))
    text = bytearray(file.read_bytes())
    text[place] = 99
    file.write_bytes(text)
    another.done("restore", path)
    assert len(another.look().partners) == 20


@pytest.mark.only_on("sqlite", "what the file is, is found before a base is asked")
def test_what_is_no_backup_is_said_so(another, tmp_path):
    (tmp_path / "note").write_text("a note")
    assert "is not a whole backup" in another.refused("restore", tmp_path / "note")
    assert "cannot be read" in another.refused("restore", tmp_path / "none")


def test_old_changes_come_along_and_a_longer_month_stays(another, new_house, tmp_path):
    folder = another.home / "journal"
    folder.mkdir()
    import gzip

    (folder / "2020-01.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    another.done("backup", tmp_path / "a.artel")
    fresh = new_house()
    fresh.done("restore", tmp_path / "a.artel")
    month = fresh.home / "journal" / "2020-01.jsonl.gz"
    assert month.read_bytes() == (folder / "2020-01.jsonl.gz").read_bytes()
    longer = month.read_bytes() + gzip.compress(b"{}\n")
    month.write_bytes(longer)
    fresh.done("restore", tmp_path / "a.artel")
    assert month.read_bytes() == longer
