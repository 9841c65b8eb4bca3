"""A paper that was replaced under the reader: the band, what changed, and the notes to look at.

The page stays on the version that is read until the person asks for another. Marks are carried to
the new version as soon as it is here, whichever is read.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

from kivy.clock import Clock
from kivy.metrics import dp

from client import actions as a
from client.ink.marks import Area, Mark, Target
from client.ink.notebook import Notebook
from client.ink.shown import ShownMarks
from client.screens.meeting.revision.band import RevisionBand
from client.screens.meeting.revision.carrying import carry, carry_shown
from client.screens.meeting.revision.compare import ComparedPage, ComparedParagraph
from client.screens.meeting.revision.pictures import ComparedPictures
from client.screens.meeting.revision.tray import ChangeLine, ReviewCard, RevisionTray
from client.selectors.comparing import Comparison, compare
from client.selectors.revision import (
    Revised,
    band_line,
    carried_count,
    change_rows,
    note_rows,
    revised,
    to_review,
)
from client.state import AppState, ReadingPlace
from client.widgets.kv import load_kv

__all__ = ["ChangeLine", "ComparedPage", "ComparedParagraph", "ComparedPictures", "ReviewCard"]
__all__ += ["Revising", "RevisionBand", "RevisionTray", "revised"]

Mode = Literal["old", "new", "compare"]
TRAY = 388


class Revising:
    """Shows a `Revised` over the page area `area` within `place`.

    `shown`: what others share on the paper, which goes along as one's own marks do.
    """

    def __init__(self, app: Any, area: Any, place: Any, shown: ShownMarks) -> None:
        self.app, self.area, self.place, self._shown = app, area, place, shown
        self.view: Revised | None = None
        self.comparison: Comparison | None = None
        self.notebook: Notebook | None = None
        self.comparing = False
        self.numbers = True
        self._loaded: tuple[str, ...] = ()
        self._revision: Any = None
        self._undo: tuple[str, dict[str, Target]] | None = None
        self._unlisten: Any = None
        self.arranged: Callable[[], None] = lambda: None
        """Called when the tray comes or goes: the agenda gives way to it."""
        # Not within a touch: a list that is rebuilt under a finger never hears that it went up.
        self._dress = Clock.create_trigger(self._dress_now, -1)
        self.band = RevisionBand(size_hint_x=1, pos_hint={"x": 0, "top": 1})
        self.tray = RevisionTray(size_hint_x=None)
        self.page = ComparedPage(size_hint=(None, None))
        self.pictures = ComparedPictures(app, size_hint=(None, None))
        self.band.bind(on_mode=lambda _band, mode: self.go(mode), on_away=lambda *_: self.away())
        self.band.bind(height=self._arrange)
        self.tray.bind(
            on_change=lambda _tray, number: self.to_change(number),
            on_keep=lambda _tray, mark: self.keep(mark),
            on_drop=lambda _tray, mark: self.drop(mark),
            on_accept=lambda _tray, mark: self.accept(mark),
            on_note=lambda _tray, page: self.to_note(page),
            on_hide=lambda *_: self.toggle_numbers(),
        )
        place.bind(size=self._arrange, pos=self._arrange)

    @property
    def beside(self) -> bool:
        """The tray stands beside the page."""
        return self.tray.parent is not None

    @property
    def mode(self) -> Mode:
        """What is on screen."""
        if self.comparing:
            return "compare"
        return self.view.reading if self.view is not None else "new"

    # ---- what is shown ---------------------------------------------------------------------------

    def show(self, view: Revised | None) -> None:
        """Another paper, version or state of it."""
        before, self.view = self.view, view
        if view is None or (before is not None and before.paper != view.paper):
            self._forget()
        if view is not None:
            self._load(view)
        self._dress()

    def opened(self) -> None:
        """Notes have been opened for the person: carry them."""
        if self.view is not None and self.comparison is not None and self.notebook is None:
            self.app.start(self._carry(self.view))

    def shared_changed(self) -> None:
        """What others share may be something else now: carry that too."""
        if self.view is not None and self.comparison is not None:
            self.app.start(carry_shown(self.app, self.view, self._shown))

    def close(self) -> None:
        """The screen goes."""
        self.view = None
        self._forget()
        self._dress()

    def _forget(self) -> None:
        self.comparing, self.comparison, self._loaded = False, None, ()
        self._revision = None
        if self._unlisten is not None:
            self._unlisten()
        self.notebook = self._unlisten = None

    def _load(self, view: Revised) -> None:
        wanted = view.shas[view.base - 1 :]
        if view.ready and wanted != self._loaded:
            self._loaded = wanted
            self.app.start(self._compare(view, wanted))

    async def _compare(self, view: Revised, wanted: tuple[str, ...]) -> None:
        revision = await self.app.revisions.between(*view.shas[view.base - 1 :])
        if self._loaded != wanted:
            return
        if revision is None:
            self._loaded = ()
            return
        made = await asyncio.to_thread(compare, revision.old, revision.new, revision.word_map)
        if self._loaded == wanted:
            self._revision, self.comparison = revision, made
            self._dress()
            self.shared_changed()
            await self._carry(view)

    async def _carry(self, view: Revised) -> None:
        notebook = await carry(self.app, view)
        if notebook is not None and self.view is not None and self.view.paper == view.paper:
            if self._unlisten is not None:
                self._unlisten()
            self.notebook = notebook
            self._unlisten = notebook.listen(lambda _change: self._dress())
            self._dress()

    def _marks(self) -> tuple[Mark, ...]:
        return self.notebook.marks if self.notebook is not None else ()

    def _dress_now(self, _dt: float) -> None:
        view, state, beside = self.view, self.app.store.state, self.beside
        wanted = self._fill(view, state) if view is not None else []
        for widget in (self.page, self.pictures, self.tray, self.band):
            if widget not in wanted:
                self.place.remove_widget(widget)
        for widget in wanted:
            if widget.parent is None:
                self.place.add_widget(widget)
        self._arrange()
        if beside != self.beside:
            self.arranged()

    def _fill(self, view: Revised, state: AppState) -> list[Any]:
        """Set what is shown; returns it, the lowest first."""
        wanted: list[Any] = []
        marks = self._marks()
        review = len(to_review(marks, view.document))
        moved = carried_count(marks, view.document)
        line = band_line(state, view, self.comparison, moved, review)
        self.band.show(view, self.mode, line, self.app.tr, can_compare=self.comparison is not None)
        if self.comparing and self.comparison is not None:
            wanted.append(self._compared(self.comparison))
        if self.comparing or (view.reading == "new" and review):
            rows = change_rows(state, self.comparison or Comparison(), numbers=self.numbers)
            hidden = any(one.numbers_only for one in (self.comparison or Comparison()).changes)
            notes = note_rows(state, marks, view)
            self.tray.show(rows, notes, self.app.tr, numbers=self.numbers, some=hidden)
            wanted.append(self.tray)
        return [*wanted, self.band]

    def _compared(self, comparison: Comparison) -> Any:
        if self._revision is not None and not (self._revision.old.body and self._revision.new.body):
            self.pictures.show(self._revision.base, self._revision.document)
            return self.pictures
        self.page.show(comparison, self._revision.new.pages)
        return self.page

    def _arrange(self, *_args: object) -> None:
        place, tray = self.place, self.tray
        grown = max(1.0, 0.5 + 0.5 * self.app.k)
        tray.width = min(dp(TRAY) * grown, 0.5 * place.width) if tray.parent is not None else 0
        band = self.band.height if self.band.parent is not None else 0
        tray.size_hint, tray.height = (None, None), max(1, place.height - band)
        tray.pos = place.right - tray.width, place.y
        self.area.size_hint_x = None
        self.area.width = max(1, place.width - tray.width)
        for page in (self.page, self.pictures):
            page.size = self.area.width, max(1, place.height - band)
            page.pos = place.pos

    # ---- going -----------------------------------------------------------------------------------

    def go(self, mode: Mode) -> None:
        """[Bản mới], [So sánh] or [Bản cũ]."""
        view = self.view
        if view is None or mode == self.mode:
            return
        if mode == "compare":
            if self.comparison is not None:
                self.comparing = True
                self.page.page = self._place_in_new(view).page
                self._dress()
            return
        self.comparing = False
        version = view.version if mode == "new" else view.base
        self.app.dispatch(a.VersionCompared(view.paper, view.base))
        if mode == "new" and view.reading == "old":
            self.app.dispatch(a.PageTurned(view.paper, self._place_in_new(view)))
        self.app.dispatch(a.Went("meeting", "", view.item, view.paper, version))
        self._dress()

    def away(self) -> None:
        """The band is put away: what is read stays."""
        view, self.comparing = self.view, False
        if view is not None:
            self.app.dispatch(a.BannerDismissed(view.key))

    def _place_in_new(self, view: Revised) -> ReadingPlace:
        """Return where in the new version the reader is: at the words that were at the top."""
        here: ReadingPlace = self.app.store.state.places.get(view.paper, ReadingPlace())
        if self._revision is None or view.reading == "new":
            return here
        old, new = self._revision.old, self._revision.new
        forward = self._revision.word_map.forward()
        for word in old.on_page(here.page):
            place = old.place(word)
            if place >= 0 and forward[place] >= 0:
                return ReadingPlace(new.page_of(new.body[forward[place]]), here.y)
        return ReadingPlace(min(here.page, max(0, new.pages - 1)), here.y)

    def to_change(self, number: int) -> None:
        """A change was tapped."""
        if self.comparison is None:
            return
        change = self.comparison.changes[number]
        if self.comparing and self.page.parent is not None:
            self.page.to_change(number)
        else:
            self.area.go(change.page)

    def to_note(self, page: int) -> None:
        """Where a suggestion lies, in the new version."""
        if page:
            self.comparing = False
            self.go("new")
            self._dress()
            self.area.go(page - 1)

    def toggle_numbers(self) -> None:
        """Hide or show changes of figures alone."""
        self.numbers = not self.numbers
        self._dress()

    # ---- notes -----------------------------------------------------------------------------------

    def keep(self, mark: str) -> None:
        """[Giữ ở trang này]: at the same place of the same page."""
        view, found = self.view, self._get(mark)
        if view is None or found is None:
            return
        was = next(
            (found.targets[sha] for sha in reversed(view.shas[:-1]) if sha in found.targets), None
        )
        if was is None:
            return
        pages = self._revision.new.pages if self._revision is not None else was.page
        areas = tuple(Area(min(one.page, max(1, pages)), one.quads) for one in was.areas)
        moved = Target(areas, was.spot, moves=was.moves, how="manual")
        self._say(mark, moved, "rev.kept", n=areas[0].page)

    def drop(self, mark: str) -> None:
        """[Bỏ]: it is not shown in the new version any more."""
        found = self._get(mark)
        if found is not None and self.view is not None:
            was = found.targets[self.view.document]
            self._say(mark, Target(was.areas, how="manual", score=0.0, state="orphan"), "rev.gone")

    def accept(self, mark: str) -> None:
        """A suggestion is right."""
        found = self._get(mark)
        if found is not None and self.view is not None:
            was = found.targets[self.view.document]
            whole = (was.areas, was.spot, was.quote, was.words, was.anchor, was.moves)
            self._say(mark, Target(*whole, how="manual", score=was.score), "rev.accepted")

    def undo(self) -> None:
        """Hoàn tác of the last of these."""
        if self._undo is not None and self.notebook is not None:
            document, targets = self._undo
            self._undo = None
            self.notebook.retarget(document, targets)

    def _get(self, mark: str) -> Mark | None:
        return self.notebook.get(mark) if self.notebook is not None else None

    def _say(self, mark: str, target: Target, key: str, **params: int) -> None:
        found, view = self._get(mark), self.view
        if found is None or view is None or self.notebook is None:
            return
        self._undo = (view.document, {mark: found.targets[view.document]})
        self.notebook.retarget(view.document, {mark: target})
        self.app.dispatch(a.MessageShown(key, dict(params), "revision"))


load_kv(__file__)
