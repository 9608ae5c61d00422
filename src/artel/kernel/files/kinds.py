"""Media types as people know them: what a card calls a file, its icon, and whether its name tells the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.kernel.refusals import type_of_text
from artel.lib.documents import sniffing
from artel.lib.documents.names import split_name


class Group(models.TextChoices):
    """Files of a like kind, as a list is filtered by."""

    PICTURE = "picture", _("pictures")
    DOCUMENT = "document", _("documents")
    TABLE = "table", _("spreadsheets")
    SLIDES = "slides", _("presentations")
    SOUND = "sound", _("sound and video")
    ARCHIVE = "archive", _("archives")
    OTHER = "other", _("other files")


PROGRAM_ICON = "file-alert"


@dataclass(frozen=True)
class FileKind:
    """One media type; `suffixes` are the names that tell the truth about it."""

    label: type_of_text
    icon: str
    group: Group
    suffixes: str = ""


KINDS: Mapping[str, FileKind] = {
    sniffing.PDF: FileKind("PDF", "file-type-pdf", Group.DOCUMENT, ".pdf .ai"),
    sniffing.DOCX: FileKind("Word", "file-type-docx", Group.DOCUMENT, ".docx .docm .dotx"),
    sniffing.ODT: FileKind("OpenDocument", "file-text", Group.DOCUMENT, ".odt .ott"),
    sniffing.OLE: FileKind(_("Office document"), "file-text", Group.DOCUMENT, ".doc .xls .ppt .msg .vsd"),
    "application/rtf": FileKind("RTF", "file-text", Group.DOCUMENT, ".rtf .doc"),
    sniffing.TEXT: FileKind(_("Text"), "file-text", Group.DOCUMENT),
    sniffing.XLSX: FileKind("Excel", "file-type-xls", Group.TABLE, ".xlsx .xlsm .xlsb"),
    sniffing.ODS: FileKind("OpenDocument", "file-type-xls", Group.TABLE, ".ods .ots"),
    sniffing.PPTX: FileKind("PowerPoint", "presentation", Group.SLIDES, ".pptx .pptm .ppsx"),
    sniffing.ODP: FileKind("OpenDocument", "presentation", Group.SLIDES, ".odp .otp"),
    "image/jpeg": FileKind("JPEG", "photo", Group.PICTURE, ".jpg .jpeg .jpe .jfif"),
    "image/png": FileKind("PNG", "photo", Group.PICTURE, ".png"),
    "image/webp": FileKind("WebP", "photo", Group.PICTURE, ".webp"),
    "image/gif": FileKind("GIF", "photo", Group.PICTURE, ".gif"),
    "image/bmp": FileKind("BMP", "photo", Group.PICTURE, ".bmp .dib"),
    "image/tiff": FileKind("TIFF", "photo", Group.PICTURE, ".tif .tiff"),
    "image/heic": FileKind("HEIC", "photo", Group.PICTURE, ".heic .heif"),
    sniffing.SVG: FileKind("SVG", "vector", Group.PICTURE, ".svg"),
    sniffing.HTML: FileKind(_("Web page"), "file-code", Group.OTHER, ".html .htm .xhtml .mht"),
    sniffing.XML: FileKind("XML", "file-code", Group.OTHER),
    sniffing.ZIP: FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".zip .jar .apk .epub .xps .vsdx .kmz"),
    "application/vnd.rar": FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".rar"),
    "application/x-7z-compressed": FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".7z"),
    "application/gzip": FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".gz .tgz"),
    "application/x-bzip2": FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".bz2 .tbz"),
    "application/x-xz": FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".xz"),
    "application/x-tar": FileKind(_("Archive"), "file-zip", Group.ARCHIVE, ".tar"),
    "audio/mpeg": FileKind(_("Sound"), "file-music", Group.SOUND, ".mp3"),
    "audio/ogg": FileKind(_("Sound"), "file-music", Group.SOUND, ".ogg .oga .opus .ogv"),
    "audio/flac": FileKind(_("Sound"), "file-music", Group.SOUND, ".flac"),
    "audio/wav": FileKind(_("Sound"), "file-music", Group.SOUND, ".wav"),
    "video/mp4": FileKind(_("Video"), "movie", Group.SOUND, ".mp4 .m4v .m4a .3gp .heif .avif"),
    "video/quicktime": FileKind(_("Video"), "movie", Group.SOUND, ".mov .qt"),
    "video/webm": FileKind(_("Video"), "movie", Group.SOUND, ".webm .mkv .mka"),
    "video/x-msvideo": FileKind(_("Video"), "movie", Group.SOUND, ".avi"),
    sniffing.PROGRAM: FileKind(_("Program"), PROGRAM_ICON, Group.OTHER, ".exe .dll .com .scr .sys .msi"),
    "application/x-executable": FileKind(
        _("Program"), PROGRAM_ICON, Group.OTHER, ".so .bin .elf .class .dylib"
    ),
    "text/x-script": FileKind(_("Program"), PROGRAM_ICON, Group.OTHER, ".sh .py .pl .rb .js"),
}
UNKNOWN = FileKind(_("File"), "file", Group.OTHER)
_TOLD = {suffix for kind in KINDS.values() for suffix in kind.suffixes.split()}
_WRITTEN = {sniffing.TEXT, sniffing.XML}
_CODE = {".html", ".htm", ".xhtml", ".svg", ".xml", ".sh", ".py", ".pl", ".rb", ".js"}


def kind_of(media_type: str) -> FileKind:
    """What people call such files; UNKNOWN for all others."""
    return KINDS.get(media_type, UNKNOWN)


def types_of(group: str) -> list[str]:
    """The media types of a group."""
    return [media_type for media_type, kind in KINDS.items() if kind.group == group]


def is_misnamed(name: str, media_type: str) -> bool:
    """Whether the name promises another kind of file than the bytes are: a program that is called .pdf."""
    suffix, kind = split_name(name)[1].casefold(), kind_of(media_type)
    if not suffix or suffix in kind.suffixes.split() or (media_type in _WRITTEN and suffix in _CODE):
        return False
    return suffix in _TOLD or kind.icon == PROGRAM_ICON
