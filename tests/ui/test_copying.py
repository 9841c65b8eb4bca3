"""Making a copy of a paper, by touches on a real window."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client import actions as a
from client.notes.copies import Copy
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Paper
from tests.ui.story import LOOKS, ROOM, Look, Tablet, paper, sha

pytestmark = pytest.mark.ui


class Writing(Tablet):
    """A tablet whose copies are written down."""

    def __init__(self, stage: Any) -> None:
        super().__init__(stage)
        self.copies: list[Copy] = []
        self.refusal: Refusal | None = None

    def copy_marked(self, copy: Copy, then: Any) -> None:
        self.copies.append(copy)
        then(self.refusal)


@pytest.fixture
def tablet(stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writing]:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    device = Writing(stage)
    device.in_meeting()
    yield device
    device.close()


def sheet_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.meeting.copying import CopySheet

    sheet = CopySheet(tablet, paper("p2", "Tờ trình: khu Y/2", 5), sha("p21"))
    sheet.open()
    stage.step(5)
    return sheet


def press(stage: Any, tablet: Tablet, sheet: Any, key: str) -> None:
    from client.widgets.button import StyledButton

    name = tablet.tr(key)
    [button] = [one for one in sheet.walk() if isinstance(one, StyledButton) and one.text == name]
    stage.tap(button)
    stage.step(3)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_and_language_fits(
    stage: Any, tablet: Writing, check_screen: Any, look: Look
) -> None:
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    sheet = sheet_of(stage, tablet)
    stage.shot(f"copying-{look}")
    check_screen(sheet)
    sheet.close()


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("copy.marked", "marked"),
        ("copy.print", "print"),
        ("copy.clean", "print_clean"),
        ("copy.xfdf", "xfdf"),
    ],
)
def test_each_form_is_written_and_said(
    stage: Any, tablet: Writing, tmp_path: Path, key: str, form: str
) -> None:
    ending = ".xfdf" if form == "xfdf" else ".pdf"
    press(stage, tablet, sheet_of(stage, tablet), key)
    [copy] = tablet.copies
    assert (copy.room, copy.paper, copy.document, copy.form) == (ROOM, "p2", sha("p21"), form)
    assert copy.target == tmp_path / f"Tờ trình khu Y2{ending}"
    assert tablet.state.message is not None
    assert tablet.state.message.key == "copy.done"


def test_a_copy_that_cannot_be_made_is_said(stage: Any, tablet: Writing) -> None:
    tablet.refusal = Refusal(Code.EXPORT_FORBIDDEN)
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "copy.marked")
    assert tablet.state.message is not None
    assert tablet.state.message.key == "refusal.export_forbidden"
    assert sheet.parent is None


def test_classified_papers_leave_no_copies() -> None:
    from client.screens.meeting.copying import may_copy

    assert may_copy(Paper("p", "x"))
    assert may_copy(Paper("p", "x", classification="internal"))
    assert not may_copy(Paper("p", "x", classification="confidential"))
    assert not may_copy(None)
