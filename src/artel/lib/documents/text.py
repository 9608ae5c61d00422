"""The words of a document. Runs in a process of its own (`python -m artel.lib.documents`): its readers meet hostile bytes.

Whatever a document holds, at most MOST_UNPACKED bytes of it are unpacked and MOST_LETTERS kept.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from . import sniffing

MOST_UNPACKED = 60_000_000
MOST_LETTERS = 100_000
MOST_PAGES = 500
LONGEST_WORD = 60
_BLOCK = 1 << 16
_WORD = re.compile(r"\w[\w.,@/+'’-]*\w|\w")
_SHEETS = re.compile(r"xl/(?:sharedStrings|worksheets/[^/]+)\.xml")
_SLIDES = re.compile(r"ppt/(?:slides|notesSlides)/[^/]+\.xml")
_MEMBERS: Mapping[str, re.Pattern[str]] = {
    sniffing.DOCX: re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|comments)\.xml"),
    sniffing.XLSX: _SHEETS,
    sniffing.PPTX: _SLIDES,
    sniffing.ODT: re.compile(r"content\.xml"),
    sniffing.ODS: re.compile(r"content\.xml"),
    sniffing.ODP: re.compile(r"content\.xml"),
}
_SILENT = {"f", "instrText", "delText"}  # formulas, field codes and what was struck out
_APART = {"p", "t", "tab", "br", "tc", "c", "si", "h", "s", "line-break", "table-cell"}


class TooMuch(Exception):
    """The document unpacks to more than is sensible."""


def words_of(path: Path, media_type: str) -> str:
    """The different words of a document in the order they are met, separated by spaces; empty when it has no text.

    Raises whatever a reader raises on a damaged document, and TooMuch on one that swells.
    """
    return " ".join(_distinct(_texts(path, media_type)))


def has_text(media_type: str) -> bool:
    """Whether words are looked for in such files at all."""
    return media_type in {sniffing.PDF, sniffing.TEXT, *_MEMBERS}


def _texts(path: Path, media_type: str) -> Iterator[str]:
    if media_type == sniffing.PDF:
        return _of_pdf(path)
    if media_type == sniffing.TEXT:
        return _of_text(path)
    return _of_archive(path, _MEMBERS[media_type]) if media_type in _MEMBERS else iter(())


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    letters = 0
    for text in texts:
        for word in _WORD.findall(text):
            folded = word.casefold()
            if len(word) > LONGEST_WORD or folded in seen:
                continue
            letters += len(word) + 1
            if letters > MOST_LETTERS:
                return
            seen.add(folded)
            yield word


def _of_text(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        encoding = _encoding(stream.read(_BLOCK))
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        left = MOST_UNPACKED
        rest = ""
        while left > 0 and (block := stream.read(_BLOCK)):
            left -= len(block)
            whole, space, cut = (rest + decoder.decode(block)).rpartition(" ")
            yield whole
            rest = cut[-LONGEST_WORD * 4 :] if space or len(cut) > _BLOCK else cut
        yield rest


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _of_archive(path: Path, members: re.Pattern[str]) -> Iterator[str]:
    left = [MOST_UNPACKED]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if members.fullmatch(name):
                yield from _of_xml(_unpacked(archive, name, left))


def _unpacked(archive: zipfile.ZipFile, name: str, left: list[int]) -> Iterator[bytes]:
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            left[0] -= len(block)
            if left[0] < 0:
                raise TooMuch(name)
            yield block


def _of_xml(blocks: Iterable[bytes]) -> Iterator[str]:
    """The text of the elements, words of different cells and paragraphs apart. A document type is refused: it defines entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[str] = []
    silent: list[str] = []

    def begin(name: str, _attributes: object) -> None:
        local = name.rpartition(" ")[2]
        if silent or local in _SILENT:
            silent.append(local)

    def end(name: str) -> None:
        if silent:
            silent.pop()
        elif name.rpartition(" ")[2] in _APART:
            found.append(" ")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = lambda text: None if silent else found.append(text)
    parser.StartDoctypeDeclHandler = _refuse
    for block in blocks:
        parser.Parse(block, False)
        whole, _space, rest = "".join(found).rpartition(" ")
        found[:] = [rest]
        yield whole
    parser.Parse(b"", True)
    yield "".join(found)


def _refuse(*_declared: object) -> None:
    raise TooMuch("document type")


def _of_pdf(path: Path) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415 -- only the process that reads PDF loads it

    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            yield page.get_textpage().get_text_range()
            page.close()
    finally:
        document.close()
