"""What the app gives the export process, and what it may answer."""

from msgspec import Struct

from client.documents.annotations import Annotation, Sheet


class ExportFailed(Exception):  # noqa: N818 - it names what became of the copy
    """No copy; `code` says why: a refusal's code or `export_forbidden`, `export_failed`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ExportOrder(Struct, frozen=True):
    """A paper's bytes, and what to write into a copy of it."""

    paper: bytes
    annotations: tuple[Annotation, ...]
    sheets: tuple[Sheet, ...] = ()
    sheet_title: str = ""
    """Over each note's sheet; `{page}` stands for the page that the note is on."""
    font: str = ""
    """The file of the font for words that the person has typed."""


class Exported(Struct, frozen=True):
    """The copy, or why there is none."""

    copy: bytes = b""
    code: str = ""
    fault: str = ""
    """Where the engine failed, for the log: never what the paper or a note says."""
