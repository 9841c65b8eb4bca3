"""The meeting on a tablet: the agenda, a paper, the floor; for the chair the panel beside it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from client import actions as a
from client.screens.comments import open_comments, say_instead
from client.screens.help import open_help
from client.screens.meeting.agenda import AgendaPlace
from client.screens.meeting.bands import Band, BannerPlace
from client.screens.meeting.beside import WIDE, Beside, BesidePane
from client.screens.meeting.finds import FindsPlace, finds_of
from client.screens.meeting.floor import Floor
from client.screens.meeting.following import Presenter
from client.screens.meeting.going import Going
from client.screens.meeting.pointing import PointedLayer, Pointing
from client.screens.meeting.rail import MemberAgenda
from client.screens.meeting.reader import ReadingArea
from client.screens.meeting.revision import Revising, revised
from client.screens.meeting.selecting import SelectionPlace
from client.screens.meeting.tabs import PaperTabs
from client.screens.meeting.text_view import TextPlace
from client.screens.meeting.top import MemberBar
from client.screens.meeting.tray import ToolTray
from client.screens.meeting.writing import Writing
from client.screens.toasting import Toasting
from client.selectors.meeting import Rail, chairing, corner, rail, tabs
from client.selectors.reading import Reading, page_label, pointed, reading
from client.selectors.shell import Banner, banner, top_bar
from client.state import AppState, Preferences, ReadingPlace
from client.widgets.kv import load_kv
from client.widgets.plate import Plate

__all__ = ["Band", "BannerPlace", "BesidePane", "MeetingScreen", "MemberAgenda", "PaperTabs"]
__all__ += ["Plate", "Screen", "ToolTray"]

NARROW = 1180
"""Windows narrower than this (dp) have the agenda as a drawer."""
LARGEST = 1.3
STILL = 0.25
"""Seconds without a further move until a place within a page is kept."""


class MeetingScreen(Toasting):
    """The screen."""

    rail_mode = StringProperty("open")
    chair = BooleanProperty(False)
    panel_width = NumericProperty(0)
    beside_width = NumericProperty(0)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._panel: Any = None
        self._moved: ReadingPlace | None = None
        super().__init__(app, **kwargs)
        self.agenda = self.ids.agenda.__self__  # outlives its place while it is in the drawer
        self.rail = AgendaPlace(
            self.agenda, self.ids.rail_place, self._item, self._fold, self.leave
        )
        self.bar = MemberBar(app)
        self.bar.bind(on_agenda=lambda *_: self.rail.open_drawer())
        self.ids.bar_place.add_widget(self.bar)
        self.area = ReadingArea(app, pos_hint={"x": 0, "y": 0})
        self.ids.area_place.add_widget(self.area)
        self.banners = BannerPlace(pos_hint={"x": 0, "y": 0})
        self.ids.area_place.add_widget(self.banners)
        self.presenter = Presenter(app, self.area)
        self.going = Going(app, self.area, self.presenter)
        self.finds = FindsPlace(app, self.going, pos_hint={"x": 0, "y": 0})
        self.ids.area_place.add_widget(self.finds, index=1)
        page = self.area.page_view
        self.pointed = PointedLayer(page_view=page)
        self.ids.area_place.add_widget(self.pointed, index=2)
        self.pointing = Pointing(page, self.presenter.point, self.presenter.spot)
        self.writing = Writing(app, self.area, self.ids.tray, self)
        shown = self.writing.others.marks
        self.revising = Revising(app, self.area, self.ids.area_place, shown)
        self.revising.arranged = self._arrange
        self.beside = Beside(app, self.ids.beside, self._arrange, self)
        self.floor = Floor(app)
        self.writing.notes.go = self.going.to_page
        self.going.fills.append(self.writing.fill)
        self.selecting = SelectionPlace(app, self.area, self.writing, pos_hint={"x": 0, "y": 0})
        self.text = TextPlace(
            app, self.area, self.writing, self.selecting, pos_hint={"x": 0, "y": 0}
        )
        self.area.bind(on_text=lambda *_: self.text.open())
        self.ids.area_place.add_widget(self.text, index=2)
        self.ids.area_place.add_widget(self.selecting, index=2)
        self._keep = Clock.create_trigger(self._keep_place, STILL)
        self.area.bind(
            on_place=self._place,
            on_hand=lambda *_: self.presenter.by_hand(),
            on_opened=lambda *_: self._seen(),
            on_retry=lambda *_: self._retry(),
            on_help=lambda *_: open_help(app),
        )
        self._bind_parts()

    def _bind_parts(self) -> None:
        ids, tools = self.ids, self.ids.tray
        ids.tabs.bind(on_paper=self._paper, on_following=self._follow)
        ids.tabs.bind(on_beside=lambda *_: self.beside.toggle())
        self.tools: dict[str, Callable[[], object]] = {
            "pages": self.going.open_pages,
            "find": lambda: self.app.dispatch(a.Went("search")),
            "whole": self.area.page_view.whole_page,
            "point": self._point,
            "bookmark": self.writing.toggle_bookmark,
            "notes": self.writing.notes.open_list,
            "opinion": lambda: open_comments(self.app),
        }
        tools.bind(
            on_mode=self._mode,
            on_tool=self._tool,
            on_floor=lambda _tray, state: self.floor.tapped(state),
            on_share=lambda *_: self.presenter.share(),
        )
        self.area.page_view.bind(whole=tools.setter("whole"))
        for name in ("sharing", "writing"):
            tools.fbind(name, self._point_no_more)
        self.banners.bind(on_go=self._banner_go, on_stay=self._banner_stay)

    def watches(self) -> None:
        """Follow the meeting."""
        Window.bind(width=self._arrange)
        self.watch(_preferences, self._prefer)
        self.watch(chairing, self._chairing)
        self.watch(top_bar, self.bar.show)
        self.watch(rail, self._show_rail)
        self.watch(tabs, self.ids.tabs.show)
        self.watch(tabs, self.beside.tabs)
        self.watch(self.beside.select, self.beside.show)
        self.watch(reading, self._show_reading)
        self.watch(page_label, self._show_label)
        self.watch(corner, self.ids.tray.show)
        self.watch(banner, self.banners.show)
        self.watch(pointed, self.pointed.show)
        self.watch(finds_of, self.finds.show)
        self.watch(revised, self.revising.show)
        self.watch(_writing, self._write)
        self.watch(_notes_of, self._notes_opened)
        self.watch(_shared, self._shared)
        self.presenter.watch(self.watch)
        self.watch_toasts(
            {
                "follow": self.presenter.follow_again,
                "ask_floor": self.floor.ask,
                "note": self.writing.notes.undo_delete,
                "revision": self.revising.undo,
                "shared": lambda: self.writing.others.wish(wanted=True),
            }
        )

    def _write(self, writing: bool) -> None:
        self.writing.mode(writing)
        self.text.close()
        self.selecting.end()

    def left(self) -> None:
        """Keep the place, close what is open."""
        Window.unbind(width=self._arrange)
        self._keep.cancel()
        self._keep_place()
        self.text.close()
        self.selecting.end()
        self.beside.close()
        self.writing.close()
        self.revising.close()
        self.area.close()
        self.rail.close()

    # the shell

    def _prefer(self, preferences: Preferences) -> None:
        self.area.page_view.keep_light = preferences.keep_pages_light
        self._arrange()

    def _chairing(self, chair: bool) -> None:
        self.chair = chair
        place = self.ids.chair_place
        if chair and self._panel is None:
            from client.screens.meeting.chair_panel import ChairPanel  # noqa: PLC0415 (the chair's)

            self._panel = ChairPanel(self.app)
        place.clear_widgets()
        if chair:
            place.add_widget(self._panel)
        self._arrange()

    def _arrange(self, *_args: object) -> None:
        """Agenda beside the page where there is room for it, else in a drawer."""
        narrow = Window.width < dp(NARROW) or self.app.k >= LARGEST
        drawer = narrow or self.chair or self.revising.beside
        self.rail_mode = self.rail.arrange(drawer=drawer)
        self.bar.drawer = drawer
        self.panel_width = dp(408) * max(1.0, 0.5 + 0.5 * self.app.k) if self.chair else 0
        self._arrange_beside()

    def _arrange_beside(self) -> None:
        """Halve the page area where a second paper is shown in it."""
        wide = Window.width >= dp(WIDE) and not self.chair and not self.revising.beside
        tabs = self.ids.tabs
        tabs.wide, tabs.two = wide, self.beside.is_open
        if self.beside.is_open and not wide:
            self.beside.close()
            return
        rail = self.agenda.width if self.rail_mode != "drawer" else 0
        self.beside_width = (Window.width - rail) / 2 if self.beside.is_open else 0

    def _show_rail(self, view: Rail) -> None:
        self.rail.show(view)
        self._arrange()

    def _fold(self) -> None:
        preferences = self.app.store.state.preferences
        self.app.dispatch(
            a.PreferencesChanged(replace(preferences, rail_open=not preferences.rail_open))
        )

    def leave(self) -> None:
        """To the lobby."""
        self.app.dispatch(a.Went("lobby"))

    # reading

    def _show_reading(self, view: Reading) -> None:
        state = self.app.store.state
        self._keep_place()
        self.ids.tray.reading = view.kind == "page"
        self.area.show(view)
        self.writing.show(view)
        self._pin(state, view)
        if view.kind == "paper":
            self._seen()

    def _pin(self, state: AppState, view: Reading) -> None:
        """What is read stays what is read, when a newer version or a further paper comes."""
        place = state.place
        if place.screen != "meeting" or not view.paper:
            return
        if (place.paper, place.version) != (view.paper, view.version):
            self.app.dispatch(a.Went("meeting", "", view.item, view.paper, view.version))

    def _seen(self) -> None:
        view, state = self.area.view, self.app.store.state
        if view.version > state.seen_versions.get(view.paper, -1):
            self.app.dispatch(a.VersionSeen(view.paper, view.version))

    def _show_label(self, label: str) -> None:
        self.ids.tray.page_label = label

    def _place(self, _area: Any, page: int, y: float) -> None:
        """A turned page is kept at once, a place within it once the page is still."""
        held = self.app.store.state.places.get(self.area.view.paper, ReadingPlace(-1))
        self._moved = ReadingPlace(page, y)
        if held.page != page:
            self._keep_place()
        elif held != self._moved:
            self._keep()

    def _keep_place(self, *_args: object) -> None:
        place, self._moved = self._moved, None
        paper = self.area.view.paper
        if place is not None and paper and self.area.view.kind == "page":
            self.app.dispatch(a.PageTurned(paper, place))
            self.presenter.moved()
            self.going.moved()

    def _mode(self, _tray: Any, mode: str) -> None:
        self.app.dispatch(a.WritingChanged(mode == "write"))

    def _tool(self, _tray: Any, name: str) -> None:
        if name in self.tools:
            self.tools[name]()
        else:
            self.writing.tool(name)

    def _point(self) -> None:
        """The presenter's finger points, or moves the page again."""
        tray, page = self.ids.tray, self.area.page_view
        tray.pointing = not tray.pointing
        page.pen = self.pointing if tray.pointing else None
        if not tray.pointing:
            self.presenter.spot(None)

    def _point_no_more(self, tray: ToolTray, _value: bool) -> None:
        if tray.pointing and (tray.writing or not tray.sharing):
            tray.pointing = False
            self.presenter.spot(None)
            if self.area.page_view.pen is self.pointing:
                self.area.page_view.pen = None

    def _notes_opened(self, person: str) -> None:
        if person:
            self.writing.opened()
            self.revising.opened()

    def _shared(self, _seen: tuple[int, bool]) -> None:
        self.writing.shared_changed()
        self.beside.shared_changed()
        self.revising.shared_changed()

    def _retry(self) -> None:
        if self.area.broken:
            self.area.again()
        else:
            self.app.reconnect()

    def _item(self, item: str) -> None:
        if item != self.app.store.state.place.item:
            self.presenter.by_hand()
        self.app.dispatch(a.Went("meeting", item=item))

    def _paper(self, _tabs: Any, paper: str) -> None:
        state = self.app.store.state
        if paper != state.place.paper:
            self.presenter.by_hand()
        self.app.dispatch(a.Went("meeting", item=state.place.item, paper=paper))

    def _follow(self, _tabs: Any, following: bool) -> None:
        self.app.dispatch(a.FollowChanged(following))

    # banners

    def _banner_go(self, _banners: Any, view: Banner) -> None:
        self.app.dispatch(a.BannerDismissed(view.key))
        if view.ballot:
            self.app.dispatch(a.BallotPutAside(aside=False))
        elif view.comment:
            say_instead(self.app, view.comment)
        elif view.page >= 0:
            self.presenter.visit(view)
        elif view.paper:
            state = self.app.store.state
            item = state.place.item
            self.app.dispatch(a.Went("meeting", "", item, view.paper, view.version))
        elif view.item:
            self.presenter.by_hand()
            self.app.dispatch(a.Went("meeting", item=view.item))

    def _banner_stay(self, _banners: Any, view: Banner) -> None:
        self.app.dispatch(a.BannerDismissed(view.key))


def _preferences(state: AppState) -> Preferences:
    return state.preferences


def _notes_of(state: AppState) -> str:
    return state.notes.person


def _shared(state: AppState) -> tuple[int, bool]:
    return state.notes.shared_news, state.preferences.show_shared


def _writing(state: AppState) -> bool:
    return state.place.writing


Screen = MeetingScreen
load_kv(__file__)
