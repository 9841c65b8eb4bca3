"""The result that everyone sees: the verdict, its denominator in words, and who chose what."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.bar import MeetingBar
from client.screens.result.parts import (
    LARGE,
    LOOKS,
    CountLine,
    ListPart,
    ResultLine,
    SharePart,
    fill_lines,
    only,
)
from client.screens.result.why import open_why
from client.screens.sitting import SittingStrip
from client.screens.watching import Watching
from client.selectors.proof import ProofView, proof
from client.selectors.result import Names, ResultView, result
from client.selectors.result_view import Fact as Figure
from client.selectors.shell import top_bar
from client.selectors.sitting import SittingView, sitting
from client.widgets.ballot import ResultBar
from client.widgets.button import StyledButton
from client.widgets.card import Card, Fact
from client.widgets.chip import Chip
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.marks import Pager
from client.widgets.metrics import high
from client.widgets.person import Disc
from server.protocol.commands import PublishPoll

__all__ = ["BareIcon", "BareText", "Card", "Chip", "CountLine", "Disc", "Fact", "NameGroup"]
__all__ += ["NameLine", "Pager", "ResultBar", "ResultBoard", "ResultLine", "ResultScreen"]
__all__ += ["StyledButton", "Text"]

HEAD, NAME, APART = 50, 40, 10
"""Heights of a heading and of a name in the list, and the gap above a second heading; in dp."""
PROOF = {"grn": "shield-lock", "lac": "alert-triangle"}
"""The icon of what the tablet found in the record; a clock while it looks."""


class NameGroup(BoxLayout):
    """The heading of those who chose one thing."""

    kind = StringProperty("for")
    label = StringProperty("")
    count = NumericProperty(0)
    apart = NumericProperty(0)
    looks = LOOKS


class NameLine(BoxLayout):
    """One name."""

    text = StringProperty("")


class PublishButton(StyledButton):
    """Lets everyone see the result."""


class FactLine(BoxLayout):
    """One figure of the count."""

    label = StringProperty("")
    value = StringProperty("")


class ResultBoard(BoxLayout):
    """Shows a `ResultView`: on the left what was decided, on the right by whom."""

    item_line = StringProperty("")
    closed = StringProperty("")
    verdict = StringProperty("")
    tone = StringProperty("grn")
    icon = StringProperty("check")
    quorum = StringProperty("")
    more = StringProperty("")
    named = BooleanProperty(True)
    sealed = BooleanProperty(False)
    how = StringProperty("")
    proved = StringProperty("")
    proof_tone = StringProperty("ink2")
    k = NumericProperty(1)
    row_text = StringProperty("")
    row_icon = StringProperty("")
    row_tone = StringProperty("ink2")
    published = BooleanProperty(True)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._poll = ""
        self._at = 0
        self._names: tuple[Names, ...] = ()
        self._why: tuple[str, ...] = ()
        super().__init__(**kwargs)
        self.share, self.list = SharePart(), ListPart(app)
        self._again = Clock.create_trigger(self._page, -1)
        self.ids.place.fbind("height", self._again)
        self.fbind("k", self._tell)
        for name in ("page", "pages"):
            self.list.fbind(name, self._paged)

    def show(self, view: ResultView) -> None:
        """Set the result."""
        self.item_line, self.closed, self.verdict = view.item_line, view.closed, view.verdict
        self.tone, self.icon, self.quorum = view.tone, view.icon, view.quorum
        self.sealed, self.how = view.sealed, view.how
        self._why = view.why
        part = self.list if view.lines else self.share
        part.show(view)
        only(self.ids.picture, part)
        self._paged()
        self.named, self.published = bool(view.names) and not view.facts, view.published
        self._poll = view.poll
        self._publish_place()
        fill_lines(self.ids.facts, view.facts, FactLine, _put_fact)
        if view.names != self._names:
            self._names, self._at = view.names, 0
        self._tell()
        self._page()

    def show_proof(self, view: ProofView | None) -> None:
        """Say whether the own ballot is in the record."""
        parts = (view.text, view.code_line) if view is not None and view.text else ()
        self.proved = " · ".join(one for one in parts if one)
        tones = {"in": "grn", "wrong": "lac"}
        self.proof_tone = tones.get(view.outcome, "ink2") if view is not None else "ink2"
        self._tell()

    def _tell(self, *_args: object) -> None:
        """Say quorum and proof; where both do not fit below, the quorum stands in the picture."""
        moved = self.quorum if self.proved and self.k > LARGE else ""
        self.row_text = self.proved if moved else self.quorum
        self.row_tone = self.proof_tone if moved else "ink2"
        self.row_icon = PROOF.get(self.proof_tone, "clock") if moved else "users"
        self.share.quorum = self.list.quorum = moved

    def _paged(self, *_args: object) -> None:
        """The buttons that turn the lines stand in the last row, where there are lines."""
        seen = self.list.parent is not None
        self.ids.pager.pages = self.list.pages if seen else 1
        self.ids.pager.page = self.list.page

    def turn_lines(self, step: int) -> None:
        """Show other candidates."""
        self.list.turn(step)

    def explain(self) -> None:
        """Show how the result was counted, sentence by sentence."""
        open_why(self.app, self._why)

    def _publish_place(self) -> None:
        """Offer to publish for as long as only officers see the result."""
        place = self.ids.publish_place
        if self.published:
            place.clear_widgets()
        elif not place.children:
            button = PublishButton()
            button.bind(on_release=lambda _button: self.app.send(PublishPoll(self._poll)))
            place.add_widget(button)

    def _cut(self) -> list[list[tuple[Names, list[str]]]]:
        """The groups page by page; one that goes on has its heading on the next page too."""
        room = left = self.ids.place.height
        head, name, apart = (high(one, self.app.k) for one in (HEAD, NAME, APART))
        cut: list[list[tuple[Names, list[str]]]] = [[]]
        for group in self._names:
            here: list[str] | None = None
            for one in group.names:
                cost = name if here is not None else name + head + apart * bool(cut[-1])
                if cost > left and cut[-1]:
                    cut.append([])
                    left, cost, here = room, name + head, None
                if here is None:
                    here = []
                    cut[-1].append((group, here))
                here.append(one)
                left -= cost
        return cut

    def _page(self, *_args: object) -> None:
        """Put one page of the list; [Xem tiếp] turns it and comes back to the first."""
        box, cut = self.ids.names, self._cut()
        self._at = min(self._at, len(cut) - 1)
        box.clear_widgets()
        for group, names in cut[self._at]:
            apart = APART if box.children else 0
            heading = NameGroup(kind=group.kind, label=group.label, count=group.count, apart=apart)
            box.add_widget(heading)
            for one in names:
                box.add_widget(NameLine(text=one))
        rest = sum(len(names) for page in cut[self._at + 1 :] for _, names in page)
        self.more = self.app.tr("res.morenames", n=rest) if rest else ""
        if not rest and self._at:
            self.more = self.app.tr("res.fromtop")

    def turn(self) -> None:
        """Show the next names, or the first ones again."""
        self._at = (self._at + 1) % len(self._cut())
        self._page()


def _put_fact(line: FactLine, fact: Figure) -> None:
    line.label, line.value = fact.label, fact.value


class ResultScreen(Watching):
    """The tablet's page of a result."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.bar = MeetingBar(app)
        self.board = ResultBoard(app)
        self.strip = SittingStrip(app)
        column = BoxLayout(orientation="vertical")
        column.add_widget(self.bar)
        column.add_widget(self.board)
        self.add_widget(column)

    def watches(self) -> None:
        """Follow the bar and the poll that was decided."""
        self.watch(top_bar, self.bar.show)
        self.watch(sitting, self.show_sitting)
        self.watch(result, self.show)
        self.watch(proof, self.board.show_proof)

    def show_sitting(self, view: SittingView | None) -> None:
        """Show which result of several this is."""
        if view is not None:
            self.strip.show(view)
        self.bar.lead_with(self.strip if view is not None else None)

    def show(self, view: ResultView | None) -> None:
        """Set the result; while there is none the board keeps what it says."""
        if view is not None:
            self.board.show(view)


Screen = ResultScreen
load_kv(__file__)
