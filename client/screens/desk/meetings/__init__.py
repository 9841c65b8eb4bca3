"""The meetings of the secretary, the way to a new one, and what to do when there is none yet."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from client import actions as a
from client.screens.desk.choosing import Select
from client.screens.desk.filling import fill
from client.screens.desk.finding import desk_over
from client.screens.desk.meetings.creating import MeetingDialog
from client.screens.desk.one_line import OneLine
from client.screens.watching import Watching
from client.selectors.desk import MeetingChoice, meetings
from client.state import AppState
from client.widgets.button import StyledButton
from client.widgets.card import Card
from client.widgets.chip import Chip
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.rows import ListRow
from server.protocol.office import ListOrganizations, MeetingMade, Reply

__all__ = ["Card", "Chip", "Icon", "MeetingLine", "MeetingsPage", "OneLine", "Select"]
__all__ += ["StyledButton", "Text"]


class MeetingLine(ListRow):
    """One meeting; a press opens it."""

    room = StringProperty("")
    phase = StringProperty("")
    phase_icon = StringProperty("")
    phase_kind = StringProperty("neutral")


class MeetingsPage(Watching):
    """Choose a meeting, or make one."""

    empty = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._opening = ""
        super().__init__(app, **kwargs)

    def watches(self) -> None:
        """Follow the meetings, and know which bodies there are."""
        self.watch(meetings, self._show)
        self.watch(_rooms, self._rooms)
        if not self.app.store.state.office.organizations:
            self.app.ask(ListOrganizations())

    def _show(self, choices: tuple[MeetingChoice, ...]) -> None:
        self.empty = not choices
        fill(self.ids.lines, choices, self._line, self._put)
        lines = list(reversed(self.ids.lines.children))
        for line in lines:
            line.first, line.last = line is lines[0], line is lines[-1]

    def _line(self) -> MeetingLine:
        line = MeetingLine()
        line.bind(on_release=lambda line: self.open(line.room))
        return line

    def _put(self, line: MeetingLine, view: MeetingChoice) -> None:
        line.room, line.title, line.subtitle, line.live = (
            view.room,
            view.title,
            view.line,
            view.live,
        )
        line.phase, line.phase_icon, line.phase_kind = view.phase, view.phase_icon, view.phase_kind

    def open(self, room: str) -> None:
        """Work on that meeting; one that has not arrived yet opens when it has."""
        self._opening = room
        if room in self.app.store.state.rooms:
            self._go(room)

    def _rooms(self, rooms: tuple[str, ...]) -> None:
        if self._opening in rooms:
            self._go(self._opening)

    def _go(self, room: str) -> None:
        self._opening = ""
        desk = desk_over(self)
        if desk is not None:
            desk.open_meeting(room)
        else:
            self.app.dispatch(a.Went("desk", room=room))

    def create(self) -> None:
        """Ask what the new meeting is."""

        def made(reply: Reply) -> None:
            if isinstance(reply, MeetingMade):
                self.open(reply.room)

        MeetingDialog(self.app, made).open()

    def office(self) -> None:
        """To the people and devices."""
        desk = desk_over(self)
        if desk is not None:
            desk.go("office")


def _rooms(state: AppState) -> tuple[str, ...]:
    return tuple(state.rooms)


load_kv(__file__)
