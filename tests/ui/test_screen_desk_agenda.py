"""The desk's agenda: mouse and keys on a real window, questions and commands as they would go."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from client.actions import CommandSent
from client.screens.desk import DeskScreen
from client.state import AppState, Pending, Place
from client.store import Store
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from tests.story import ID, PRESENT, ROOM, SECRETARY, Story, app_state, pdf

pytestmark = pytest.mark.ui


class Desk:
    """What the desk asks of its app: a real store, and an office that answers as the server does."""

    def __init__(self, stage: Any, state: AppState) -> None:
        self.look = stage.app
        self.store = Store(state, lambda show: show())
        self.sent: list[c.Command] = []
        self.asked: list[o.Question] = []
        self.uploads: list[tuple[Any, str, Callable[[Any], None]]] = []
        self.then: list[Callable[[Any], None]] = []
        self.numbers = itertools.count(1)

    @property
    def language(self) -> str:
        return str(self.look.language)

    @property
    def k(self) -> float:
        return float(self.look.k)

    @property
    def drafts(self) -> tuple[c.Draft, ...]:
        return self.store.state.rooms[ROOM].drafts

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))

    def new_id(self) -> str:
        return f"n{next(self.numbers)}"

    def dispatch(self, action: Any) -> None:
        self.store.dispatch(action)

    def send(self, command: c.Command, room: str = "", then: Any = None) -> None:
        self.sent.append(command)
        now = self.store.state.now
        self.dispatch(CommandSent(Pending(f"r{len(self.sent)}", room or ROOM, command, now)))
        if then is not None:
            self.then.append(then)

    def ask(self, question: o.Question, then: Any = None) -> None:
        """Drafts are kept as the server keeps them, and told back."""
        self.asked.append(question)
        kept = {one.id: one for one in self.drafts}
        match question:
            case o.PutDraft(draft=draft, change=change):
                kept[draft] = c.Draft(draft, change)
            case o.DropDraft(draft=draft):
                kept.pop(draft, None)
        self.dispatch(f.Drafts(ROOM, tuple(kept.values())))

    def upload(self, path: Any, organization: str, then: Callable[[Any], None]) -> None:
        self.uploads.append((path, organization, then))

    def sign_out(self) -> None:
        self.sent.clear()


def desk_state(story: Story | None = None) -> AppState:
    story = story or opened()
    return app_state(story, SECRETARY, kind="desk", place=Place("desk", ROOM))


def opened() -> Story:
    """09:31: the draft resolution is being discussed; one speaks, two wait."""
    story = Story().open()
    story.publish(
        c.EditItem("i3", presenter="Đinh Công Lực", guests=("gd",)),
        c.FilePaper("i3", "i3-8", "Báo cáo thẩm định", "", "36-BC/VPTU", audience="members",
                    file=pdf("i38", 1, 4)),
        c.ReplacePaper("i3-5", pdf("i35", 2, 8)),
    )  # fmt: skip
    for item in story.state.items:
        for paper in item.papers:
            for person in PRESENT if paper.file else ():
                if paper.id != "i3-8" or person != "p13":
                    assert paper.file
                    story.do(c.AcknowledgePaper(paper.file.view_sha256), person)
                    if not (paper.id == "i5-1" and person in PRESENT[9:]):
                        story.do(c.AcknowledgePaper(paper.file.view_sha256, "opened"), person)
    story.do(c.AskFloor(), "p02")
    story.do(c.GiveFloor("p02"))
    story.now += 192_000
    story.do(c.AskFloor(), "p03")
    story.do(c.AskFloor(), "p12")
    return story


DRAFTS = (
    c.Draft("replace-i3-5", c.ReplacePaper("i3-5", pdf("i35", 3, 8))),
    c.Draft("edit-i5", c.EditItem("i5", minutes=20)),
    c.Draft("edit-i3", c.EditItem("i3", presenter="Cao Văn Quý")),
)


def show(stage: Any, state: AppState | None = None) -> tuple[DeskScreen, Desk]:
    app = Desk(stage, state or desk_state())
    if tuple(stage.window.size) != (1920, 1080):
        stage.resize(1920, 1080)
    screen = DeskScreen(app)
    stage.show(screen)
    return screen, app


def test_looks_like_its_picture(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage)
    app.dispatch(f.Drafts(ROOM, DRAFTS))
    page = screen.current()
    page.select("i3")
    stage.settle()
    stage.shot("desk-agenda")
    check_screen(screen)
    assert ID and PRESENT
