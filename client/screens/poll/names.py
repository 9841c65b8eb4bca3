"""First step of a ballot with names: tick them, or answer beside each. Nothing is sent yet."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.relativelayout import RelativeLayout

from client.selectors.ballot_names import pages
from client.selectors.poll import BallotView
from client.widgets.marks import MarkRow, TickRow
from client.widgets.metrics import high
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

GAP = 12
"""Between two rows, in dp."""
ROW = {"pick": 72.0, "each": 80.0}
"""Height of a row in dp at text size Thường."""
FULL = {"pick": 96.0, "each": 136.0}
"""What a row grows to where there is room; an answer beside a name is then a ballot of 120."""
MORE, LONG_NAME, LONG_NOTE = 28.0, 26, 28
"""Rows grow by so much when a name or what stands under it has more letters than one line."""
WIDE = 1.2
"""From this text scale on, rows hold two lines of the largest words."""


class SecretLabel(Pressable, Plate, AnchorLayout):
    """Says that the poll is sealed, and what that means when it is touched."""

    text = StringProperty("")


class NamesStep(RelativeLayout):
    """Fires ``on_tick(name_id)``, ``on_mark(name_id, key)``, ``on_write``, ``on_review``."""

    question = StringProperty("")
    rule = StringProperty("")
    counted = StringProperty("")
    counted_of = StringProperty("")
    over = BooleanProperty(False)
    told = StringProperty("")
    told_kind = StringProperty("note")
    can_write = BooleanProperty(False)
    has_draft = BooleanProperty(False)
    page = NumericProperty(0)
    pages = NumericProperty(1)
    columns = NumericProperty(1)

    __events__ = ("on_tick", "on_mark", "on_write", "on_review", "on_draft")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.view: BallotView | None = None
        self._again = Clock.create_trigger(self._lay_out, -1)
        super().__init__(**kwargs)
        self.ids.names.fbind("size", self._again)
        self.ids.pager.bind(on_turn=lambda _pager, step: self.turn(step))

    def show(self, view: BallotView) -> None:
        """Set the words, and the rows of the page that is shown."""
        self.view = view
        self.question, self.rule = view.question, view.rule
        self.counted, self.counted_of = view.counted, view.counted_of
        self.over, self.can_write = view.over, view.can_write
        self.has_draft = view.has_draft
        problem = view.problem if view.marked else ""
        self.told = problem or view.caution or view.hint or view.note
        self.told_kind = "problem" if problem else "caution" if view.caution else "note"
        self._lay_out()

    def turn(self, step: int) -> None:
        """Show another page of names."""
        self.page = max(0, min(self.pages - 1, self.page + step))
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        view, box = self.view, self.ids.names
        if view is None or box.height < 1:
            return
        row, gap = self.row_height(view), GAP * self._dp
        lines = max(1, int((box.height + gap) // (row + gap)))
        self.columns = 1 if view.shape == "each" else 2 if self.app.k > WIDE else 3
        used = min(lines, -(-len(view.names) // int(self.columns)))
        full = max(row, high(FULL[view.shape], self.app.k))
        row = min(full, (box.height + gap) / max(1, used) - gap)
        cut = pages(view.names, lines, int(self.columns))
        self.pages = len(cut)
        self.page = min(self.page, self.pages - 1)
        shown = cut[int(self.page)]
        box.cols = max(1, int(self.columns))
        self._rows(view, len(shown), row)
        for widget, name in zip(reversed(box.children), shown, strict=True):
            widget.name_id, widget.number = name.id, name.number
            widget.text, widget.note = name.name, name.note
            widget.disabled = view.paused
            if view.shape == "each":
                widget.value = name.value
            else:
                widget.on = bool(name.value)

    @property
    def _dp(self) -> float:
        return high(1000, 1) / 1000

    def row_height(self, view: BallotView) -> float:
        """Pixels of a row."""
        most = LONG_NOTE if view.shape == "pick" else 2 * LONG_NOTE
        long = any(len(one.note) > most or len(one.name) > LONG_NAME for one in view.names)
        height = ROW[view.shape] + (MORE if long else 0)
        return float(high(height, 1 + (self.app.k - 1) * 1.6))

    def _rows(self, view: BallotView, count: int, height: float) -> None:
        """Keep one row a name; rows of another kind go."""
        box = self.ids.names
        kind = MarkRow if view.shape == "each" else TickRow
        if box.children and not isinstance(box.children[0], kind):
            box.clear_widgets()
        while len(box.children) > count:
            box.remove_widget(box.children[0])
        while len(box.children) < count:
            box.add_widget(self._row(view))
        columns = int(self.columns)
        width = (box.width - (columns - 1) * GAP * self._dp) / columns
        for row in box.children:
            row.size_hint, row.size = (None, None), (width, height)

    def _row(self, view: BallotView) -> Any:
        if view.shape == "each":
            row = MarkRow(options=[(one.key, one.look, one.text) for one in view.choices])
            row.bind(on_mark=lambda _row, name, key: self.dispatch("on_mark", name, key))
            return row
        tick = TickRow()
        tick.bind(on_release=lambda one: self.dispatch("on_tick", one.name_id))
        return tick

    def on_tick(self, name: str) -> None:
        """Someone ticked a name, or took the tick away."""

    def on_mark(self, name: str, key: str) -> None:
        """Someone touched an answer beside a name."""

    def on_write(self) -> None:
        """Someone wants to write a name."""

    def on_review(self) -> None:
        """Someone is done and wants to see the ballot before sending it."""

    def on_draft(self) -> None:
        """Someone wants to look at the draft."""
