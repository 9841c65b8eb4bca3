"""What a file is, from its first bytes alone: names and extensions are not believed."""

from __future__ import annotations

from enum import StrEnum

HEAD_BYTES = 4096
_IMAGES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"MM\x00*",
    b"GIF87a",
    b"GIF89a",
    b"BM",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OFFICE_MARKS = (
    b"[Content_Types].xml",
    b"word/",
    b"xl/",
    b"ppt/",
    b"application/vnd.oasis.opendocument",
    b"_rels/",
)


class Kind(StrEnum):
    """How intake treats a file."""

    PDF = "pdf"
    IMAGE = "image"
    OFFICE = "office"
    OTHER = "other"


def kind_of(head: bytes) -> Kind:
    """Tell the kind from the first :data:`HEAD_BYTES` bytes.

    A PDF header may stand anywhere in the first 1,024 bytes (ISO 32000-1, implementation note 13).
    """
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(_IMAGES):
        return Kind.IMAGE
    if head.startswith((_OLE, b"{\\rtf")):
        return Kind.OFFICE
    if head.startswith(_ZIP) and any(mark in head for mark in _OFFICE_MARKS):
        return Kind.OFFICE
    return Kind.OTHER
