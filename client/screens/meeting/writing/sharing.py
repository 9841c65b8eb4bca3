"""Showing marks to named people, on purpose, and taking them back."""

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.scrollview import ScrollView

from client import actions as a
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.rows import CheckRow
from server.protocol.refusals import Refusal

__all__ = ["CheckRow", "ScrollView", "ShareSheet", "StyledButton"]


class ShareSheet(Sheet):
    """Choose people of the meeting: the chair first, then by seat."""

    chosen = NumericProperty(0)
    already = BooleanProperty(False)
    busy = BooleanProperty(False)

    def __init__(
        self,
        app: Any,
        paper: str,
        marks: tuple[str, ...],
        shared: frozenset[str],
        **kwargs: Any,
    ) -> None:
        self.app, self._paper, self._marks = app, paper, marks
        self._room = app.store.state.place.room
        self._who = set(shared)
        super().__init__(already=bool(shared), chosen=len(shared), **kwargs)
        for person, name in self._people():
            row = CheckRow(text=name, on=person in self._who)
            row.bind(on_release=partial(self._toggle, person))
            self.ids.people.add_widget(row)

    def _people(self) -> list[tuple[str, str]]:
        state = self.app.store.state
        room = state.room()
        if room is None:
            return []
        me = state.login.person if state.login else ""
        chair, tr = room.state.chair, self.app.tr
        others = [one for one in room.state.roll.values() if one.person != me]
        others.sort(key=lambda one: (one.person != chair, one.seat, one.name))
        return [
            (
                one.person,
                f"{one.name} · {tr('note.share.chair')}" if one.person == chair else one.name,
            )
            for one in others
        ]

    def _toggle(self, person: str, row: CheckRow) -> None:
        row.on = not row.on
        if row.on:
            self._who.add(person)
        else:
            self._who.discard(person)
        self.chosen = len(self._who)

    def share(self) -> None:
        """Show the marks to those chosen."""
        self.busy = True
        self.app.start(self._share())

    def take_back(self) -> None:
        """Show them to nobody any more."""
        self.busy = True
        self.app.start(self._take_back())

    async def _share(self) -> None:
        readers = tuple(sorted(self._who))
        refusal = await self.app.notes.share(self._room, self._paper, self._marks, readers)
        self._done(refusal, "note.share.done", n=len(readers))

    async def _take_back(self) -> None:
        refusal = await self.app.notes.unshare(self._room, self._paper, self._marks)
        self._done(refusal, "note.share.back")

    def _done(self, refusal: Refusal | None, key: str, **params: str | int) -> None:
        self.busy = False
        if refusal is not None:
            params = dict(refusal.params)
            key = f"refusal.{refusal.code}"
        self.app.dispatch(a.MessageShown(key, params))
        self.close()
