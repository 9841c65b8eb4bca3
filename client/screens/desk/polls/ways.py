"""What stands in the running card beside ballots on tablets: names called, hands, paper."""

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.desk.polls.counting import ask_board, ask_count, ask_hands
from client.selectors.desk_counting import BoardView, CallView, HandsView
from client.widgets.label import Text
from client.widgets.marks import MarkButton
from server.protocol import commands as c


class CallPart(BoxLayout):
    """One name at a time: a number key or a touch marks the answer, Enter writes it down.

    Writing an answer down calls the next person, so that a hall of sixty is sixty answers.
    """

    name = StringProperty("")
    place = StringProperty("")
    told = StringProperty("")
    begun = BooleanProperty(False)
    chosen = StringProperty("")
    can_write = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.view: CallView | None = None
        super().__init__(**kwargs)

    def show(self, view: CallView) -> None:
        """Set whose turn it is; a new person has no answer yet."""
        if self.view is None or self.view.person != view.person:
            self.chosen = ""
        self.view = view
        self.begun = bool(view.person)
        self.name = view.name if view.person else view.following_name
        self.place = view.place
        tr = self.app.tr
        if view.given:
            self.told = tr("vd.call.given", answer=view.given)
        elif view.person:
            self.told = tr("vd.call.next", name=view.following_name) if view.following else ""
        else:
            self.told = tr("vd.call.begin")
        self._buttons(view)

    def _buttons(self, view: CallView) -> None:
        box = self.ids.answers
        if len(box.children) != len(view.answers):
            box.clear_widgets()
            for number, one in enumerate(view.answers, 1):
                button = MarkButton(key=one.key, choice=one.look, text=f"{number}. {one.text}")
                button.bind(on_release=lambda pressed: self.choose(pressed.key))
                box.add_widget(button)
        for button in box.children:
            button.on = button.key == self.chosen
            button.disabled = not self.begun
        self.can_write = bool(self.chosen)

    def choose(self, key: str) -> None:
        """Mark the answer; nothing is written down yet."""
        self.chosen = key
        if self.view is not None:
            self._buttons(self.view)

    def go_on(self) -> None:
        """Write the answer down and call the next person; before the first, only call."""
        view = self.view
        if view is None:
            return
        if view.person and self.chosen:
            self.app.send(
                c.RecordBallot(
                    view.poll, self.app.new_id(), view.person, self.chosen, replaces=view.replaces
                )
            )
        if view.following and (self.chosen or not view.person):
            self.app.send(c.CallPerson(view.poll, view.following))
        self.choose("")

    def skip(self) -> None:
        """Call the next person; this one gave no answer."""
        if self.view is not None and self.view.following:
            self.app.send(c.CallPerson(self.view.poll, self.view.following))

    def key(self, key: str) -> bool:
        """A number marks an answer, Enter writes it down."""
        if self.view is None:
            return False
        if key in {"enter", "numpadenter"} and (self.chosen or not self.begun):
            self.go_on()
            return True
        number = key.removeprefix("numpad")
        if self.begun and number.isdecimal() and 0 < int(number) <= len(self.view.answers):
            self.choose(self.view.answers[int(number) - 1].key)
            return True
        return False


class HandsPart(BoxLayout):
    """Raised hands: what the secretary counted, and that a second person has still to."""

    told = StringProperty("")
    waits = BooleanProperty(False)
    entered = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.view: HandsView | None = None
        super().__init__(**kwargs)

    def show(self, view: HandsView) -> None:
        """Set what was counted."""
        self.view = view
        self.told, self.waits, self.entered = view.told, view.waits, view.entered

    def enter(self) -> None:
        """Enter the count."""
        if self.view is not None:
            ask_hands(self.app, self.view, confirm=False)


class BoardPart(BoxLayout):
    """The count of paper ballots: begin, enter, compare line by line, release."""

    stage = StringProperty("start")
    facts = StringProperty("")
    told = StringProperty("")
    mine = BooleanProperty(False)
    lines = ListProperty()
    card = ObjectProperty(None, allownone=True)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.view: BoardView | None = None
        super().__init__(**kwargs)

    def show(self, view: BoardView) -> None:
        """Set how far the count is."""
        self.view = view
        self.stage, self.facts, self.mine = view.stage, view.facts, view.mine
        key = "start.told" if view.stage == "start" else view.stage
        self.told = self.app.tr(f"vd.board.{key}")
        lines = [*view.entries, *view.differ]
        box = self.ids.lines
        box.clear_widgets()
        for place, one in enumerate(lines):
            wrong = place >= len(view.entries)
            box.add_widget(
                Text(
                    text=one,
                    fit="height",
                    tone="lac" if wrong else "ink",
                    weight="medium" if wrong else "regular",
                )
            )

    def act(self) -> None:
        """Begin, enter, or release."""
        view = self.view
        if view is None:
            return
        if view.stage == "start":
            ask_board(self.app, view)
        elif view.stage == "agree":
            self.app.send(c.ReleasePaperCount(view.poll))
        else:
            ask_count(self.app, view.sheet)
