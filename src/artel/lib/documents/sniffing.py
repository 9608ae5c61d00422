"""What a file is, by its bytes alone: a name says only what somebody wished it to be.

About thirty signatures decide what a card calls a file and which reader is tried; nothing is ever served for what it seems
to be. Only the first and the last block are looked at, however long the file is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

BINARY = "application/octet-stream"
TEXT = "text/plain"
HTML = "text/html"
SVG = "image/svg+xml"
XML = "application/xml"
PDF = "application/pdf"
ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
OLE = "application/x-ole-storage"
PROGRAM = "application/x-msdownload"

BLOCK = 1 << 16
_AT_START: Sequence[tuple[bytes, str]] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"#!", "text/x-script"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_AT: Sequence[tuple[int, bytes, str]] = (
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (257, b"ustar", "application/x-tar"),
)
_BITMAP = re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL)
_INSIDE_ZIP: Mapping[bytes, str] = {
    b"word/document.xml": DOCX,
    b"xl/workbook.": XLSX,
    b"ppt/presentation.xml": PPTX,
}
_OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z-]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(!doctype html|html|head|body|script|iframe|img|a |table|svg|\?xml|!doctype svg)",
    re.IGNORECASE | re.DOTALL,
)
_ANY_SVG = re.compile(r"<svg[\s>]", re.IGNORECASE)
_ANY_HTML = re.compile(r"<(?:html|script|iframe|body|head)[\s>]", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def sniff(path: Path) -> str:
    """The media type of a file that is there."""
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - BLOCK, 0))
        return sniff_bytes(head, stream.read(BLOCK))


def sniff_bytes(head: bytes, tail: bytes = b"") -> str:
    """The same of the first and the last block."""
    for start, found in _AT_START:
        if head.startswith(start):
            return found
    for place, bytes_, found in _AT:
        if head[place : place + len(bytes_)] == bytes_:
            return found
    if _BITMAP.match(head):
        return "image/bmp"
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(head, tail)
    return _text(head)


def _in_zip(head: bytes, tail: bytes) -> str:
    """Office documents are archives: told by the names inside, which stand in the clear at both ends."""
    if named := _OPEN_DOCUMENT.match(head[30:200]):
        return named[1].decode()
    return next((found for name, found in _INSIDE_ZIP.items() if name in head or name in tail), ZIP)


def _text(head: bytes) -> str:
    text = _decoded(head)
    if text is None:
        return BINARY
    found = _MARKUP.match(text)
    word = found[1].lower().strip() if found else ""
    if word in {"svg", "!doctype svg"} or (word == "?xml" and _ANY_SVG.search(text)):
        return SVG
    if word == "?xml" and not _ANY_HTML.search(text):
        return XML
    return HTML if word else TEXT


def _decoded(head: bytes) -> str | None:
    """The block as text: UTF-8, UTF-16 with its mark, or a code page without control characters; None for binary data."""
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None if _CONTROL_BYTES.search(head) else head.decode("cp1251", "replace")
    return None if _CONTROL.search(text) else text
