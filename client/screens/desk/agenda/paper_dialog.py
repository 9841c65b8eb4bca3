"""What a new paper is: with a file, or only on paper."""

import re
from pathlib import Path
from typing import Any

from client.i18n import file_size, nfc
from client.screens.desk.choosing import Select
from client.screens.desk.form import FormDialog, side_by_side, whole
from client.widgets.card import Fact
from client.widgets.field import TextField
from server.protocol.commands import FilePaper

KINDS = ("submission", "report", "draft", "appendix", "map", "other")
OPEN = ("normal", "internal")
SECRET = ("confidential", "secret", "top_secret")
MOST_COPIES = 999


class PaperDialog(FormDialog):
    """Fires ``on_ready(FilePaper)``; with a path the file itself is added by whoever sends it."""

    __events__ = ("on_ready",)

    def __init__(
        self, app: Any, path: Path | None, before: FilePaper | None = None, **kwargs: Any
    ) -> None:
        self.app, self.item = app, ""
        self.with_file = path is not None
        self.kind, self.classification, self.audience = "", "normal", "item"
        tr = app.tr
        super().__init__(
            title=tr("paper.new" if self.with_file else "desk.addpaper"),
            body="" if self.with_file else tr("paper.only.body"),
            icon="file-upload" if self.with_file else "file-off",
            tone="blu",
            safe_text=tr("act.dismiss"),
            act_text=tr("item.save"),
            **kwargs,
        )
        self.classes = OPEN if self.with_file else SECRET
        self.classification = self.classes[0]
        self.name_field = TextField(
            label=tr("paper.title"), text=title_of(path) if path else "", desk=True
        )
        self.symbol_field = TextField(label=tr("paper.symbol"), desk=True)
        self.add_widget(self.name_field)
        if path is not None:
            self._file_fields(path)
        else:
            self._paper_fields()
        if before is not None:
            self._take_over(before)

    def _file_fields(self, path: Path) -> None:
        tr = self.app.tr
        self.kind_field = self._select("paper.kind", "", self._choose_kind)
        self.class_field = self._select("paper.classification", "class.normal", self._choose_class)
        self.audience_field = self._select("paper.audience", "aud.item", self._choose_audience)
        self.add_widget(side_by_side(self.symbol_field, self.kind_field))
        self.add_widget(side_by_side(self.class_field, self.audience_field))
        self.add_widget(
            Fact(
                icon="file-text",
                text=tr("paper.file", name=path.name, size=_size(path, self.app.language)),
            )
        )

    def _take_over(self, before: FilePaper) -> None:
        """What was written for a file that was refused still holds."""
        self.name_field.text, self.symbol_field.text = before.title, before.symbol
        kinds = {self.app.tr(f"kind.{one}", "vi"): one for one in KINDS}
        if before.kind in kinds:
            self._take_kind(kinds[before.kind])
        self._take_class(before.classification)
        self._take_audience(before.audience)

    def _paper_fields(self) -> None:
        tr = self.app.tr
        self.class_field = self._select(
            "paper.classification", f"class.{self.classification}", self._choose_class
        )
        self.copies_field = TextField(label=tr("paper.copies"), desk=True)
        self.add_widget(side_by_side(self.class_field, self.copies_field))

    def _select(self, label: str, text: str, choose: Any) -> Select:
        tr = self.app.tr
        select = Select(label=tr(label), text=tr(text) if text else "")
        select.bind(on_release=lambda *_: choose())
        return select

    def _choose_kind(self) -> None:
        kinds = [(one, self.app.tr(f"kind.{one}"), "") for one in KINDS]
        self.kind_field.choose_from(kinds, self.kind, self._take_kind)

    def _take_kind(self, kind: str) -> None:
        self.kind = kind
        self.kind_field.text = self.app.tr(f"kind.{kind}")

    def _choose_class(self) -> None:
        classes = [(one, self.app.tr(f"class.{one}"), "") for one in self.classes]
        self.class_field.choose_from(classes, self.classification, self._take_class)

    def _take_class(self, classification: str) -> None:
        self.classification = classification
        self.class_field.text = self.app.tr(f"class.{classification}")

    def _choose_audience(self) -> None:
        both = [(one, self.app.tr(f"aud.{one}"), "") for one in ("item", "members")]
        self.audience_field.choose_from(both, self.audience, self._take_audience)

    def _take_audience(self, audience: str) -> None:
        self.audience = audience
        self.audience_field.text = self.app.tr(f"aud.{audience}")

    def complete(self) -> bool:
        """See `FormDialog.complete`."""
        tr, titled = self.app.tr, bool(self.name_field.text.strip())
        self.name_field.error = "" if titled else tr("paper.title.missing")
        if self.with_file:
            return titled
        copies = whole(self.copies_field.text, 1, MOST_COPIES)
        self.copies_field.error = "" if copies else tr("paper.copies.wrong")
        return titled and copies is not None

    def on_act(self) -> None:
        """Tell what was written."""
        copies = 0 if self.with_file else whole(self.copies_field.text, 1, MOST_COPIES) or 0
        kind = self.app.tr(f"kind.{self.kind}", "vi") if self.kind else ""
        change = FilePaper(
            self.item,
            self.app.new_id(),
            self.name_field.text.strip(),
            kind,
            self.symbol_field.text.strip() if self.with_file else "",
            self.classification,  # type: ignore[arg-type]
            self.audience,  # type: ignore[arg-type]
            copies=copies,
        )
        self.dispatch("on_ready", change)

    def on_ready(self, change: FilePaper) -> None:
        """A paper was described."""


def title_of(path: Path) -> str:
    """Return what a file's name says that it is: without its ending and its underscores."""
    words = re.sub(r"[_\s]+", " ", nfc(path.stem)).strip()
    return words[:1].upper() + words[1:]


def _size(path: Path, language: str) -> str:
    try:
        return file_size(path.stat().st_size, language)
    except OSError:
        return "–"
