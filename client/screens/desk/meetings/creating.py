"""What a new meeting is: whose, when, where, who presides."""

import datetime as dt
import re
from typing import Any

from client.screens.desk.asking import AskingDialog, Then
from client.screens.desk.choosing import Select
from client.screens.desk.form import side_by_side
from client.state import AppState
from client.widgets.field import TextField
from server.protocol.office import ListPeople, MakeMeeting, Question

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TIME = re.compile(r"(\d{1,2})[:hg](\d{2})")


class MeetingDialog(AskingDialog):
    """Has a meeting made; everybody of the body is summoned."""

    def __init__(self, app: Any, then: Then) -> None:
        self.organization, self.chair = "", ""
        tr = app.tr
        super().__init__(
            app,
            then,
            title=tr("desk.newmeeting"),
            body=tr("meet.roll.body"),
            icon="calendar",
            tone="blu",
            act_text=tr("desk.newmeeting"),
        )
        today = dt.datetime.fromtimestamp(app.store.state.now / 1000, tz=dt.UTC).astimezone()
        self.name_field = TextField(label=tr("meet.title"), desk=True)
        self.ordinal_field = TextField(label=tr("meet.ordinal"), desk=True)
        self.place_field = TextField(label=tr("meet.place"), desk=True)
        self.date_field = TextField(label=tr("meet.date"), text=f"{today:%d/%m/%Y}", desk=True)
        self.from_field = TextField(label=tr("meet.from"), text="08:00", desk=True)
        self.until_field = TextField(label=tr("meet.until"), text="11:30", desk=True)
        self.body_field = Select(label=tr("meet.body"))
        self.body_field.bind(on_release=lambda *_: self._choose_body())
        self.chair_field = Select(label=tr("meet.chair"), text=tr("meet.chair.first"))
        self.chair_field.bind(on_release=lambda *_: self._choose_chair())
        self.add_widget(self.name_field)
        self.add_widget(side_by_side(self.ordinal_field, self.place_field))
        self.add_widget(side_by_side(self.date_field, self.from_field, self.until_field))
        self.add_widget(side_by_side(self.body_field, self.chair_field))
        self.say_trouble()
        self._end = app.store.watch(_office, self._show_office)
        self.bind(on_closed=lambda *_: self._end())

    def _show_office(self, view: tuple[tuple[str, str], ...]) -> None:
        known = dict(view)
        if self.organization not in known and view:
            self._take_body(self.app.store.state.office.organization or view[0][0])

    def _choose_body(self) -> None:
        bodies = [(one, name, "") for one, name in _office(self.app.store.state)]
        self.body_field.choose_from(bodies, self.organization, self._take_body)

    def _take_body(self, organization: str) -> None:
        self.organization = organization
        self.body_field.text = dict(_office(self.app.store.state)).get(organization, "")
        self._take_chair("")
        self.app.ask(ListPeople(organization))

    def _choose_chair(self) -> None:
        office = self.app.store.state.office
        people = [
            (one.id, one.name, "")
            for one in (office.people if office.organization == self.organization else ())
            if one.role == "member"
        ]
        first = ("", self.app.tr("meet.chair.first"), "")
        self.chair_field.choose_from([first, *people], self.chair, self._take_chair)

    def _take_chair(self, person: str) -> None:
        names = {one.id: one.name for one in self.app.store.state.office.people}
        self.chair = person
        self.chair_field.text = names.get(person) or self.app.tr("meet.chair.first")

    def times(self) -> tuple[int, int] | None:
        """Return when it starts and ends, in milliseconds; None when a field says no time."""
        day, begin = date_of(self.date_field.text), time_of(self.from_field.text)
        end = time_of(self.until_field.text)
        if day is None or begin is None or end is None:
            return None
        return _moment(day, begin), _moment(day, end)

    def complete(self) -> bool:
        """See `FormDialog.complete`."""
        tr = self.app.tr
        titled = bool(self.name_field.text.strip())
        self.name_field.error = "" if titled else tr("meet.title.missing")
        dated = date_of(self.date_field.text) is not None
        self.date_field.error = "" if dated else tr("meet.date.wrong")
        timed = True
        for field in (self.from_field, self.until_field):
            known = time_of(field.text) is not None
            field.error = "" if known else tr("meet.time.wrong")
            timed = timed and known
        return titled and dated and timed and bool(self.organization)

    def question(self) -> Question:
        """Return the meeting as written."""
        begins, ends = self.times() or (0, 0)
        return MakeMeeting(
            self.organization,
            self.app.new_id(),
            self.name_field.text.strip(),
            self.ordinal_field.text.strip(),
            self.place_field.text.strip(),
            begins,
            ends,
            self.chair,
        )


def date_of(text: str) -> dt.date | None:
    """Return the day of a text such as 18/09/2025, or None."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def time_of(text: str) -> dt.time | None:
    """Return the time of a text such as 08:30, or None."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return dt.time(int(found[1]), int(found[2]))
    except ValueError:
        return None


def _moment(day: dt.date, time: dt.time) -> int:
    local = dt.datetime.combine(day, time).astimezone()
    return max(0, int(local.timestamp() * 1000))


def _office(state: AppState) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.name) for one in state.office.organizations)
