"""Lines of the list of hits, and the words of a hit with its colour behind them."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior
from kivy.utils import escape_markup

from client.selectors.search import Row
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.metrics import high
from client.widgets.person import Disc
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["Disc", "SearchLine", "Snippet", "Text", "line_of"]

GROUP, HIT, BLANK = 58, 112, 64
LINE = 36
"""dp that a hit gives up while the keyboard is up: one of its two lines, and some air."""
LETTERS = 84
"""How many letters of a page fit in a hit's two lines at text size Thường."""


class Snippet(Text):
    """Words in two lines; those between are marked with ``paint``."""

    before = StringProperty("")
    found = StringProperty("")
    after = StringProperty("")
    paint = ColorProperty((1, 0.9, 0.56, 1))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(markup=True, **kwargs)
        self._ground = InstructionGroup()
        self.canvas.before.add(self._ground)
        self._words = Clock.create_trigger(self._write, -1)
        self._colour = Clock.create_trigger(self._draw, -1)
        for name in ("before", "found", "after"):
            self.fbind(name, self._words)
        for name in ("refs", "pos", "size", "paint", "texture_size"):
            self.fbind(name, self._colour)

    def _write(self, *_args: object) -> None:
        before = f"…{self.before} " if self.before else ""
        after = f" {self.after}…" if self.after else ""
        found = f"[ref=found]{escape_markup(self.found)}[/ref]" if self.found else ""
        self.text = f"{escape_markup(before)}{found}{escape_markup(after)}"

    def _draw(self, *_args: object) -> None:
        self._ground.clear()
        self._ground.add(Color(*self.paint))
        left, top = self.x, self.center_y + self.texture_size[1] / 2
        for x0, y0, x1, y1 in self.refs.get("found", ()):
            self._ground.add(Rectangle(pos=(left + x0, top - y1), size=(x1 - x0, y1 - y0)))


class SearchLine(RecycleDataViewBehavior, Pressable, Plate, BoxLayout):
    """A group's head, a hit (tapped: shown beside the list), or a scan that cannot be searched."""

    kind = OptionProperty("hit", options=("group", "hit", "blank"))
    number = StringProperty("")
    title = StringProperty("")
    right_text = StringProperty("")
    before = StringProperty("")
    found = StringProperty("")
    after = StringProperty("")
    place = NumericProperty(-1)
    selected = BooleanProperty(False)
    screen = ObjectProperty(None, allownone=True, rebind=True)

    def on_release(self) -> None:
        """Show this hit."""
        if self.kind == "hit" and self.screen is not None:
            self.screen.pick(self.place)


def line_of(screen: Any, place: int, row: Row) -> dict[str, Any]:
    """Return a row as the list's view takes it, with its height."""
    height = {"group": GROUP, "hit": HIT - LINE * screen.dense, "blank": BLANK}[row.kind]
    scale = screen.app.k
    letters = LETTERS * (0.45 if screen.dense else 1) / scale
    room = max(0, int(letters) - len(row.text))
    before = _last(row.before, room // 2)
    return {
        "kind": row.kind,
        "number": row.number,
        "title": row.title,
        "right_text": row.right,
        "before": before,
        "found": row.text,
        "after": _first(row.after, room - len(before)),
        "place": place,
        "screen": screen,
        "disabled": row.kind != "hit",
        "height": high(height, 1.0) * (scale if row.kind == "hit" else 0.5 + 0.5 * scale),
    }


def _first(text: str, letters: int) -> str:
    """The whole words at the beginning that fit."""
    return text if len(text) <= letters else text[: letters + 1].rpartition(" ")[0]


def _last(text: str, letters: int) -> str:
    """The whole words at the end that fit."""
    return text if len(text) <= letters else text[len(text) - letters - 1 :].partition(" ")[2]


load_kv(__file__)
