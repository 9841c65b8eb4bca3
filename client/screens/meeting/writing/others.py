"""What others show on a page: their marks in dashes, a tag with who it is, a card to read it."""

from dataclasses import dataclass, replace
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from client import actions as a
from client.documents.pages import sheet_box
from client.documents.shape import Box
from client.i18n import initials
from client.ink.marks import Mark
from client.ink.shown import ShownMarks
from client.screens.meeting.writing.card import stand_beside
from client.selectors.marks import is_note, title_of
from client.widgets.dialog import Raised
from client.widgets.ink_layer.outline import bounds_on
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["Others", "OthersCard", "OthersTag"]

TAG = 56
"""dp; also how near to each other marks of one person share a tag."""
MARGIN = 6
"""dp that a tag in the page's margin reaches beyond it, so that it covers no words."""
MOST_LINES = 4


class OthersTag(Pressable, Plate, AnchorLayout):
    """Whose marks these are, in two letters."""

    letters = StringProperty("")
    on = BooleanProperty(False)


class OthersCard(Raised):
    """What a tag stands for, to be read. Fires ``on_close`` and ``on_hide``."""

    who = StringProperty("")
    words = StringProperty("")
    written = BooleanProperty(False)

    __events__ = ("on_close", "on_hide")

    def on_touch_down(self, touch: Any) -> bool:
        """Keep what falls on the card from the page below."""
        return bool(super().on_touch_down(touch)) or bool(self.collide_point(*touch.pos))

    def on_close(self) -> None:
        """Đóng was tapped."""

    def on_hide(self) -> None:
        """Nothing of what others show is wanted on the pages."""


@dataclass(slots=True)
class _Group:
    """Marks of one person under one tag; `x`, `top` is the tag's upper left corner on the page."""

    marks: list[Mark]
    x: float
    top: float


class Others:
    """Shows what others share on the paper of one page area; nothing here can be written on."""

    def __init__(self, app: Any, area: Any, layer: Any) -> None:
        self.app, self.page, self._layer = app, area.page_view, layer
        self.marks = ShownMarks()
        self._paper = ("", "")
        self._tags: dict[str, OthersTag] = {}
        self._groups: dict[str, _Group] = {}
        self._card: tuple[str, OthersCard] | None = None
        self.page.bind(seen=lambda *_: self.place())

    def use(self, room: str, paper: str) -> None:
        """Show what others share on this paper; none: nothing."""
        self._paper = (room, paper)
        self.close_card()
        self.refresh()

    def refresh(self) -> None:
        """What others share, or whether it is to be seen, may be something else now."""
        self.marks.show(self.app.notes.shared_with_me(*self._paper) if self._paper[1] else ())
        self.page.shared.use(self.marks if self.marks and self.visible else None)
        self.place()

    @property
    def visible(self) -> bool:
        """Whether what others share is wanted on the pages."""
        return bool(self.app.store.state.preferences.show_shared)

    def close(self) -> None:
        """Take everything away."""
        self.use("", "")

    def hide(self) -> None:
        """Leave the pages to one's own marks; a toast brings the others' back."""
        self.wish(wanted=False)
        self.app.dispatch(a.MessageShown("note.shown.hidden", undo="shared"))

    def wish(self, *, wanted: bool) -> None:
        """Show what others share on the pages, or do not."""
        preferences = self.app.store.state.preferences
        self.app.dispatch(a.PreferencesChanged(replace(preferences, show_shared=wanted)))

    # ---- tags ------------------------------------------------------------------------------------

    def place(self) -> None:
        """Put the tags where the page lies now."""
        self._groups = self._grouped() if self.page.shared.notebook is not None else {}
        for name in [name for name in self._tags if name not in self._groups]:
            self.page.remove_widget(self._tags.pop(name))
        for name, group in self._groups.items():
            if name not in self._tags:
                self._tags[name] = self._tag(name, group.marks[0].by)
            tag = self._tags[name]
            tag.on = self._card is not None and self._card[0] == name
            tag.pos = self.page.x + group.x, self.page.y + group.top - tag.height
            inside = self.page.y <= tag.y and tag.top <= self.page.top
            tag.opacity, tag.disabled = (1, False) if inside else (0, True)
            if not inside:
                tag.y = self.page.y - 10_000
        if self._card is not None and self._card[0] not in self._groups:
            self.close_card()

    def _tag(self, name: str, sender: str) -> OthersTag:
        tag = OthersTag(letters=initials(self.name_of(sender)))
        tag.bind(on_release=lambda *_: self.open(name))
        self.page.add_widget(tag)
        return tag

    def name_of(self, sender: str) -> str:
        """Return the name of somebody who shares."""
        room = self.app.store.state.room()
        entry = room.state.roll.get(sender) if room is not None else None
        return entry.name if entry is not None else str(self.app.tr("note.someone"))

    def _grouped(self) -> dict[str, _Group]:
        """Return the tags of the page on the glass: one for marks of a person that are near."""
        if self.page.seen is None:
            return {}
        document, page, viewport = self.page.seen
        margin = sheet_box(viewport).x1
        groups: list[_Group] = []
        for mark in self.marks.on_page(document, page):
            box = self._box(mark)
            if box is None:
                continue
            near = (one for one in groups if _joins(one, mark, box))
            found = next(near, None)
            if found is not None:
                found.marks.append(mark)
                continue
            most = self.page.width - dp(TAG)
            x = min(max(0.0, box.x0), most) if is_note(mark) else min(margin, most + dp(MARGIN))
            groups.append(_Group([mark], x, box.y1))
        _part(groups)
        return {group.marks[0].id: group for group in groups}

    def _box(self, mark: Mark) -> Box | None:
        """Where a mark lies on the page's widget."""
        document, page, viewport = self.page.seen
        target = mark.on(document, page)
        if target is not None and is_note(mark) and target.spot is not None:
            x, y = viewport.to_screen(target.spot.x, target.spot.y)
            return Box(x, y, x, y)
        boxes = bounds_on(mark, document, page)
        corners = [
            viewport.to_screen(x, y) for x0, y0, x1, y1 in boxes for x in (x0, x1) for y in (y0, y1)
        ]
        if not corners:
            return None
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))

    # ---- the card --------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Open the card of the tag that stands for this mark."""
        group = self._groups.get(name) or next(
            (one for one in self._groups.values() if name in {mark.id for mark in one.marks}), None
        )
        if group is None:
            return
        self.close_card()
        name, first = group.marks[0].id, group.marks[0]
        card = OthersCard(who=self.name_of(first.by), words=self._words(group))
        written = next((mark for mark in group.marks if is_note(mark) and mark.strokes), None)
        if written is not None:
            card.written = True
            card.ids.pad.show(written)
        card.bind(on_close=lambda *_: self.close_card(), on_hide=lambda *_: self.hide())
        self._card = (name, card)
        self._layer.add_widget(card)
        stand_beside(card, self._tags[name], self.page)
        self.place()

    def _words(self, group: _Group) -> str:
        document = self.page.seen[0]
        lines = [title_of(mark, document, self.app.tr) for mark in group.marks]
        return "\n".join(list(dict.fromkeys(lines))[:MOST_LINES])

    def close_card(self) -> None:
        """Close the open card."""
        card, self._card = self._card, None
        if card is not None:
            self._layer.remove_widget(card[1])
            self.place()


def _joins(group: _Group, mark: Mark, box: Box) -> bool:
    """Whether a mark goes under the tag of a group: a note has a tag of its own."""
    first = group.marks[0]
    if is_note(mark) or is_note(first) or first.by != mark.by:
        return False
    return bool(group.top - dp(TAG) <= box.y1 <= group.top + dp(TAG))


def _part(groups: list[_Group]) -> None:
    """Move tags down until none lies on another."""
    groups.sort(key=lambda one: -one.top)
    for at, group in enumerate(groups):
        for above in groups[:at]:
            apart = abs(above.x - group.x) >= dp(TAG)
            if not apart and group.top > above.top - dp(TAG + 4):
                group.top = above.top - dp(TAG + 4)
