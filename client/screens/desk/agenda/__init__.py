"""The agenda page: the list, the selected item with its papers and what waits, the room now."""

from collections.abc import Sequence
from typing import Any

from kivy.core.window import Window
from kivy.properties import StringProperty

from client.screens.desk.agenda.column import AgendaColumn, DeskItemRow, Grip
from client.screens.desk.agenda.editor import ItemEditor
from client.screens.desk.agenda.item_dialog import ItemDialog
from client.screens.desk.agenda.papers import DropZone, PapersCard
from client.screens.desk.agenda.pending import PendingCard, PendingLine, ask_publish
from client.screens.desk.agenda.publishing import Publishing
from client.screens.desk.agenda.scans import ScanWatch, files_of
from client.screens.desk.finding import toasts_over
from client.screens.desk.live import LiveColumn
from client.screens.watching import Watching
from client.selectors.desk_agenda import AgendaList, ItemView, agenda, item_view
from client.selectors.desk_drafts import Drafting
from client.selectors.desk_papers import PaperCard, paper_card
from client.selectors.desk_pending import Pending, pending
from client.state import AppState
from client.widgets.kv import load_kv
from server.protocol.office import Question

__all__ = ["AgendaColumn", "AgendaPage", "DeskItemRow", "DropZone", "Grip", "ItemEditor"]
__all__ += ["LiveColumn", "PapersCard", "PendingCard", "PendingLine"]


class AgendaPage(Watching):
    """Edits become drafts at once; nobody else sees them until they are published."""

    selected = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._item: ItemView | None = None
        self._pending: Pending | None = None
        super().__init__(app, **kwargs)
        self.scans = ScanWatch(app, lambda: self._show_papers(self._papers(app.store.state)))
        self.live = LiveColumn(app)
        self.ids.live_place.add_widget(self.live)
        self.publishing = Publishing(app, lambda: toasts_over(self))
        column, editor, papers = self.ids.column, self.ids.editor, self.ids.papers
        column.bind(
            on_item=lambda _c, item: self.select(item),
            on_add=lambda *_: self.add_item(),
            on_move=lambda _c, way: self.move(way),
            on_place=lambda _c, item, place: self.place(item, place),
            on_hold=lambda *_: self.hold(),
        )
        editor.bind(
            on_edit=lambda _e, values: self.edit(**values),
            on_publish=lambda *_: self.publish(),
            on_rename=lambda *_: self.rename(),
        )
        papers.bind(on_drafts=lambda _p, wish: self.draft(wish))
        self.ids.pending.bind(on_undo=lambda _p, draft: self.keep(self.drafting().forget(draft)))

    def watches(self) -> None:
        """Follow the meeting and its drafts."""
        Window.bind(on_drop_file=self._dropped)
        self.ids.editor.app = self.ids.papers.app = self.app
        self.watch(self._agenda, self._show_agenda)
        self.watch(self._item_view, self._show_item)
        self.watch(self._papers, self._show_papers)
        self.watch(files_of, self.scans.papers)
        self.watch(pending, self._show_pending)

    def left(self) -> None:
        """Let go of the window."""
        Window.unbind(on_drop_file=self._dropped)
        self.publishing.end()
        self.scans.end()

    # what is shown

    def _agenda(self, state: AppState) -> AgendaList | None:
        return agenda(state, self.selected)

    def _item_view(self, state: AppState) -> ItemView | None:
        return item_view(state, self.selected)

    def _papers(self, state: AppState) -> PaperCard:
        return paper_card(state, self.selected, self.scans.known)

    def _show_agenda(self, view: AgendaList | None) -> None:
        if view is not None:
            self.ids.column.show(view)

    def _show_item(self, view: ItemView | None) -> None:
        self._item = view
        self.ids.editor.show(view)
        self.ids.papers.item = view.item if view else ""
        empty = view is None
        self.ids.papers.opacity = 0 if empty else 1
        self.ids.papers.disabled = empty
        self.ids.empty.opacity = 1 if empty else 0

    def _show_papers(self, view: PaperCard) -> None:
        self.ids.papers.show(view)

    def _show_pending(self, view: Pending) -> None:
        self._pending = view
        self.ids.editor.publish_text = view.publish
        self.ids.editor.publish_on = view.count > 0
        self.ids.pending.show(view)

    # what is done

    def drafting(self) -> Drafting:
        """Return the drafts of the meeting on screen, to be changed."""
        room = self.app.store.state.room()
        return Drafting(room.state.id, room.state, room.drafts)

    def keep(self, questions: Sequence[Question]) -> None:
        """Ask the office to keep or forget drafts."""
        for question in questions:
            self.app.ask(question)

    def draft(self, wish: Any) -> None:
        """Keep what a function makes of the drafts as they are now."""
        self.keep(wish(self.drafting()))

    def select(self, item: str) -> None:
        """Work on that item."""
        state = self.app.store.state
        self.selected = item
        self._show_agenda(self._agenda(state))
        self._show_item(self._item_view(state))
        self._show_papers(self._papers(state))

    def edit(self, **values: Any) -> None:
        """New values for the selected item."""
        if self._item is not None:
            self.keep(self.drafting().edit(self._item.item, **values))

    def move(self, way: int) -> None:
        """The selected item goes up (-1) or down (+1)."""
        if self._item is not None:
            self.keep(self.drafting().move(self._item.item, way, self.app.new_id()))

    def place(self, item: str, place: int) -> None:
        """An item was dropped at a place."""
        self.keep(self.drafting().place(item, place, self.app.new_id()))

    def hold(self) -> None:
        """Set the selected item aside, or take it back."""
        view = self._agenda(self.app.store.state)
        if view is not None and view.can_hold:
            self.keep(self.drafting().hold(view.selected, hold=not view.held))

    def add_item(self) -> None:
        """Write a new item."""
        view = self._agenda(self.app.store.state)
        if view is not None and view.editable:
            dialog = ItemDialog(self.app, places=[(row.item, row.number) for row in view.rows])
            dialog.bind(on_ready=lambda _d, item: self._added(item))
            dialog.open()

    def _added(self, item: Any) -> None:
        self.selected = item.item
        self.keep(self.drafting().add(item))

    def rename(self) -> None:
        """Change the selected item's titles, or take it off the agenda."""
        view = self._item
        if view is None:
            return
        dialog = ItemDialog(self.app, view=view)
        dialog.bind(
            on_changed=lambda _d, values: self.edit(**values),
            on_leave=lambda *_: self.keep(self.drafting().leave(view.item)),
        )
        dialog.open()

    def publish(self) -> None:
        """Ask, listing what will be published, then do it."""
        view = self._pending
        if view is not None and view.count:
            ask_publish(self.app, view, lambda: self.publishing.publish(view.drafts))

    def _dropped(self, window: Any, name: bytes, x: float, y: float, *_more: object) -> None:
        """A file dropped on a paper is its next version; anywhere else it is a new paper."""
        if self._item is not None:
            path = name.decode("utf-8", "replace")
            self.ids.papers.take(path, x, window.height - y)

    # the keyboard

    def key(self, key: str, held: frozenset[str], typing: bool) -> bool:
        """Take a stroke of the desk's keyboard; see ui.md 5."""
        if key in {"enter", "numpadenter"} and held == {"ctrl"}:
            self.publish()
            return True
        if key == "f6":
            self._next_column(-1 if "shift" in held else 1)
            return True
        if key not in {"up", "down"} or typing:
            return False
        way = -1 if key == "up" else 1
        if held == {"alt"}:
            self.move(way)
            return True
        return not held and self._step(way)

    def _step(self, way: int) -> bool:
        view = self._agenda(self.app.store.state)
        if view is None or not view.rows:
            return False
        order = [row.item for row in view.rows]
        place = order.index(view.selected) + way
        if 0 <= place < len(order):
            self.select(order[place])
            self.ids.column.reveal(order[place])
        return True

    def _next_column(self, way: int) -> None:
        from client.screens.desk.columns import jump  # noqa: PLC0415 - for the keyboard only

        jump([self.ids.column, self.ids.middle, self.live], way)


load_kv(__file__)
