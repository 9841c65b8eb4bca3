"""What lies in the tray while writing, and what is in the hand. Pure but for the words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from client.ink.tools import HIGHLIGHTER_WIDTH, WIDTHS, Pen
from client.screens.meeting.tools import ToolSpec
from client.widgets.page_view.pen import Act

PENS = {"pen1": "pen.blue", "pen2": "pen.red", "pen3": "pen.black"}
WIDTH_NAMES = ("pen.thin", "pen.med", "pen.bold")
HIGHLIGHTS = {"highlight1": "pen.yellow", "highlight2": "pen.green"}
ERASERS = {"erase": "pen.erase.whole", "erase_part": "pen.erase.part"}
SHOWN_WIDTHS = (2.0, 4.0, 7.0)
"""dp of the lines in the pop-up (ui.md 4.4)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a tool's pop-up; `line` is how thick its sample is, 0 shows the icon."""

    value: str
    key: str
    on: bool
    tone: str = "ink"
    line: float = 0.0
    icon: str = ""


class Toolbox:
    """What is in the hand: remembered for each pen."""

    def __init__(self) -> None:
        self.held = "pen1"
        self._widths = dict.fromkeys(PENS, 1)
        self._highlight = "highlight1"
        self._eraser: Act = "erase"
        self._before = "pen1"

    @property
    def act(self) -> Act:
        """What touching the page does."""
        if self.held == "note":
            return "place"
        return self._eraser if self.held == "eraser" else "pen"

    def pen(self) -> Pen:
        """The pen or highlighter in the hand; of an eraser the pen before it."""
        if self.held == "highlight":
            if self._highlight == "highlight2":
                return Pen("highlight2", HIGHLIGHTER_WIDTH, "highlighter")
            return Pen("highlight1", HIGHLIGHTER_WIDTH, "highlighter")
        if self.held == "pen2":
            return Pen("pen2", WIDTHS[self._widths["pen2"]])
        if self.held == "pen3":
            return Pen("pen3", WIDTHS[self._widths["pen3"]])
        return Pen("pen1", WIDTHS[self._widths["pen1"]])

    def take(self, name: str) -> bool:
        """Take a tool; False when it is in the hand already."""
        if name == self.held:
            return name == "note"
        if self.held != "note":
            self._before = self.held
        self.held = name
        return True

    def put_back(self) -> None:
        """A note was put down: the pen before it is in the hand again."""
        self.held = self._before

    def choices(self) -> tuple[Choice, ...]:
        """What the pop-up of the tool in the hand offers."""
        if self.held in PENS:
            chosen = self._widths[self.held]
            return tuple(
                Choice(str(at), key, at == chosen, self.held, SHOWN_WIDTHS[at])
                for at, key in enumerate(WIDTH_NAMES)
            )
        if self.held == "highlight":
            return tuple(
                Choice(name, key, name == self._highlight, name, 22.0)
                for name, key in HIGHLIGHTS.items()
            )
        if self.held == "eraser":
            icons = {"erase": "eraser", "erase_part": "scissors"}
            return tuple(
                Choice(name, key, name == self._eraser, icon=icons[name])
                for name, key in ERASERS.items()
            )
        return ()

    def choose(self, value: str) -> None:
        """Take a choice of the pop-up."""
        if self.held in PENS:
            self._widths[self.held] = int(value)
        elif self.held == "highlight":
            self._highlight = value
        elif self.held == "eraser":
            self._eraser = "erase_part" if value == "erase_part" else "erase"

    def specs(
        self, tr: Callable[[str], str], can_undo: bool, can_redo: bool
    ) -> tuple[ToolSpec, ...]:
        """The tools as the tray shows them."""
        tools = (
            *(ToolSpec(name, "pencil", tr(key), tone=name) for name, key in PENS.items()),
            ToolSpec("highlight", "highlight", tr("pen.hl"), tone="note_head"),
            ToolSpec("eraser", "eraser", tr("pen.erase")),
        )
        return (
            *(replace(tool, on=tool.name == self.held) for tool in tools),
            ToolSpec("gap"),
            ToolSpec("undo", "arrow-back-up", tr("pen.undo"), off=not can_undo),
            ToolSpec("redo", "arrow-forward-up", tr("pen.redo"), off=not can_redo),
            ToolSpec("note", "note", tr("pen.note"), on=self.held == "note"),
        )
