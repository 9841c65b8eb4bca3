"""The window, and the client's composition root: shows the screen that the state names."""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from kivy.animation import Animation
from kivy.app import App
from kivy.base import EventLoop, ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from client.actions import Action, BatteryRead, MessageShown, PreferencesChanged, Went
from client.device.battery import read_battery
from client.device.enrolment import FirstDesk
from client.documents.library import NotHere
from client.documents.page_pictures import PagePictures
from client.documents.pictured import Pictured
from client.documents.renderer import FailureCode, Renderer, RenderFailure
from client.documents.revisions import Revisions
from client.documents.scanned import page_text
from client.documents.searching import Searching
from client.documents.shape import DocumentShape
from client.documents.text import PageText
from client.notes.copies import Copy, write_copy
from client.notes.notes import Notes
from client.opening import remember_theme
from client.options import Options
from client.parts import new_id
from client.resources import font_file, image, register_fonts
from client.screens import SCREENS
from client.screens.note_keys import call_for_keys
from client.selectors.search import wanted as searchable
from client.state import Preferences
from client.station import Answered, Replied, Station
from client.widgets.frame import attend, lighten
from client.widgets.look import Look
from server.protocol.commands import Command
from server.protocol.ids import PersonId, Sha256
from server.protocol.office import Question
from server.protocol.refusals import Refusal
from server.protocol.state import File, ShownPage

FADE_SECONDS = 0.2
BATTERY_SECONDS = 60
_log = logging.getLogger(__name__)


class Stage(FloatLayout):
    """Holds the one screen that is shown; the others wait, unseen and unwatching.

    A new screen comes out of a veil of paper: fading the screen itself would show its layers
    through each other.
    """

    veil = NumericProperty(0.0)

    def __init__(self, app: "PhienHopApp", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._app = app
        self._made: dict[str, Any] = {}
        self.shown = ""
        with self.canvas.after:
            self._colour = Color(0, 0, 0, 0)
            self._cover = Rectangle()
        self.bind(veil=self._draw, size=self._draw)

    def show(self, name: str) -> None:
        """Bring a screen, made when it is first asked for."""
        if name == self.shown:
            return
        if name not in self._made:
            self._made[name] = SCREENS[name](self._app)
        first, self.shown = not self.shown, name
        self.clear_widgets()
        self.add_widget(self._made[name])
        Animation.cancel_all(self, "veil")
        self.veil = 0.0 if first or self._app.calm else 1.0
        if self.veil:
            Animation(veil=0.0, duration=FADE_SECONDS).start(self)

    def _draw(self, *_args: object) -> None:
        self._colour.rgba = (*self._app.theme.paper[:3], self.veil)
        self._cover.size = self.size if self.veil else (0, 0)


class Calm(ExceptionHandler):
    """What nobody foresaw goes to the log; the person gets one sentence, and the app goes on."""

    def __init__(self, app: "PhienHopApp") -> None:
        super().__init__()
        self._app = app
        self._saying = False

    def handle_exception(self, inst: BaseException) -> int:
        """See Kivy's ExceptionHandler."""
        if not isinstance(inst, Exception):
            return int(ExceptionManager.RAISE)
        _log.error("unforeseen", exc_info=inst)
        if not self._saying:
            self._saying = True
            Clock.schedule_once(self._say, 0)
        return int(ExceptionManager.PASS)

    def _say(self, _elapsed: float) -> None:
        self._app.dispatch(MessageShown("fault.unforeseen"))
        self._saying = False


class PhienHopApp(Look, App):
    """The running client; `client.screens.host.Host` to its screens."""

    store = ObjectProperty(None)
    title = "Phiên họp"

    def __init__(self, options: Options, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options = options
        self.named_server = options.server
        self.typed_secret = ""
        self.soft_keyboard = options.kind == "tablet"
        self.station: Station
        self.renderer: Renderer | None = None
        self.searching: Searching
        self._tasks: set[asyncio.Task[Any]] = set()

    # ---- life ------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Open the window and run until it is closed."""
        options = self.options
        self.station = Station(
            options.kind,
            options.folder,
            lambda show: Clock.schedule_once(lambda _elapsed: show(), 0),
            device_name=options.device_name,
        )
        self.store = self.station.store
        self.searching = Searching(self.station.library, _reader, self.station.scan_words)
        self.start(self._run_station())
        self.start(self._read_battery())
        try:
            await self.async_run("asyncio")
        finally:
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self.renderer is not None:
                await self.renderer.close()

    def build(self) -> Stage:
        """Put on the person's look and show the first screen."""
        register_fonts()
        ExceptionManager.add_handler(Calm(self))
        self.icon = image("logo")
        lighten(EventLoop.window)
        stage = Stage(self)
        self.store.watch(lambda state: state.preferences, self._wear)
        self.store.watch(lambda state: state.place.screen, stage.show)
        call_for_keys(self)
        Clock.schedule_once(lambda _elapsed: self._begun(), 0)
        return stage

    def _begun(self) -> None:
        """After the first screen: what need not delay it."""
        gc.enable()
        gc.freeze()
        self.start(attend())
        from client.documents.process_renderer import ProcessRenderer  # noqa: PLC0415 - it is slow

        engine = ProcessRenderer()
        engine.start()
        pictures = PagePictures(self.station.library, self.station.picture)
        self.renderer = Pictured(engine, pictures.get)
        if self.options.kind == "tablet":
            self.start(self.searching.run())
            self.store.watch(searchable, self._make_searchable)
        if self.options.drive is not None:
            from client.demo.driver import Driver  # noqa: PLC0415 - only under --drive

            self.start(Driver(self, self.options.drive).run())
        unknown = not self.store.state.server
        if unknown and self.options.server and self.options.code:
            self.pair(self.options.server, self.options.code)

    def _make_searchable(self, files: tuple[Sha256, ...]) -> None:
        if self.store.state.login is None:
            self.searching.clear()
        else:
            self.searching.want(files)

    async def _run_station(self) -> None:
        try:
            await self.station.run()
        except Exception:  # noqa: BLE001 - the window must outlive it
            _log.exception("the station has ended")
            self.dispatch(MessageShown("fault.unforeseen"))

    async def _read_battery(self) -> None:
        while True:
            self.dispatch(BatteryRead(await asyncio.to_thread(read_battery)))
            await asyncio.sleep(BATTERY_SECONDS)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the window; a failure is logged and said, and ends nothing."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("work beside the window failed", exc_info=task.exception())
            self.dispatch(MessageShown("fault.unforeseen"))

    def _wear(self, preferences: Preferences) -> None:
        self.language = preferences.language
        self.calm = preferences.reduce_motion
        self.wear(preferences.theme, preferences.text_size)
        remember_theme(self.options.folder, dark=preferences.theme == "dark")

    # ---- what screens ask ------------------------------------------------------------------------

    def dispatch(self, action: Action) -> None:
        """Take an action into the store."""
        self.store.dispatch(action)

    def new_id(self) -> str:
        """Return an identifier that nobody has used."""
        return new_id()

    def go(self, screen: Any, **place: Any) -> None:
        """Go to a screen; see `actions.Went` for what `place` may name."""
        self.dispatch(Went(screen, **place))

    def prefer(self, preferences: Preferences) -> None:
        """Change how the person likes the screen; kept for them."""
        self.dispatch(PreferencesChanged(preferences))

    def send(self, command: Command, room: str = "", then: Answered | None = None) -> None:
        """Ask a meeting (the one on screen) for a command, once, whatever the line does."""
        self.station.send(command, room, then)

    def ask(self, question: Question, then: Replied | None = None) -> None:
        """Ask the office; the answer comes as state, and to `then`."""
        self.station.ask(question, then)

    def pair(self, address: str, code: str) -> None:
        """Pair with the server at host:port by the code from the desk, typed or as QR text."""
        self.station.pair(address, code)

    def first_run(self, address: str, code: str, desk: FirstDesk) -> None:
        """Make the first body and secretary of an empty server, by the code that it printed."""
        self.typed_secret = desk.passphrase
        self.station.pair(address, code, desk)

    def unpair(self) -> None:
        """Forget the server, so that the device can be paired anew."""
        self.station.unpair()

    def sign_in(self, person: PersonId, secret: str) -> None:
        """Sign in with a PIN or passphrase; offline by what the device holds."""
        self.typed_secret = secret
        self.station.sign_in(person, secret)

    def sign_out(self) -> None:
        """Nobody is signed in any more."""
        self.typed_secret = ""
        self.station.sign_out()

    def change_pin(self, old: str, new: str) -> None:
        """Change the person's own PIN."""
        self.typed_secret = ""
        self.station.change_pin(old, new)

    def reconnect(self) -> None:
        """Try the line again now."""
        self.station.reconnect()

    def show_page(self, page: ShownPage | None) -> None:
        """Show this page to everyone who follows; None ends it."""
        self.station.show_page(page)

    async def read_page(self, sha256: Sha256, page: int) -> PageText | RenderFailure:
        """Return the words of a page, from 1, of an open paper, those found in a scan too."""
        if self.renderer is None:
            return RenderFailure(FailureCode.WORKER_CRASHED, sha256)
        read = await self.renderer.read(sha256, page)
        if isinstance(read, RenderFailure) or read.words:
            return read
        scanned = await self.searching.scanned(sha256)
        return page_text(read, scanned, page) if scanned is not None else read

    async def open_paper(self, sha256: Sha256) -> DocumentShape | RenderFailure:
        """Open a paper that is stored here, for `renderer`; decrypted in pieces, off the loop."""
        library = self.station.library
        if library.locked:
            return RenderFailure(FailureCode.PAPER_LOCKED, sha256)
        try:
            await asyncio.to_thread(library.pieces, sha256)
        except (NotHere, OSError):
            return RenderFailure(FailureCode.PAPER_UNREADABLE, sha256)
        if self.renderer is None:
            return RenderFailure(FailureCode.PAPER_UNREADABLE, sha256)
        return await self.renderer.open(sha256, partial(library.pieces, sha256))

    @property
    def revisions(self) -> Revisions:
        """What became of the words of papers in their later versions."""
        return self.station.revisions

    @property
    def notes(self) -> Notes:
        """The private notes of the person who is here."""
        return self.station.notes

    def copy_marked(self, copy: Copy, then: Callable[[Refusal | None], None]) -> None:
        """Write a copy of a paper with the person's marks (or without) to a file of their own."""

        async def carry() -> None:
            title = self.tr("copy.sheet", page="{page}")
            font, read = font_file("regular"), self.station.library.read
            then(await write_copy(self.station.notes, read, font, title, copy))

        self.start(carry())

    def upload(self, path: Path, organization: str, then: Callable[[File | Refusal], None]) -> None:
        """Send a file for a paper; `then` gets the file to be filed, or why it was refused."""

        async def carry() -> None:
            then(await self.station.upload(path, organization))

        self.start(carry())

    def save(self, sha256: Sha256, path: Path, then: Callable[[Refusal | None], None]) -> None:
        """Put a file that the server has made (minutes, record) at `path`."""

        async def carry() -> None:
            then(await self.station.save(sha256, path))

        self.start(carry())

    def found_servers(self, tell: Callable[[tuple[str, ...]], None]) -> Callable[[], None]:
        """Tell of servers on this network as host:port, never trusted; the result ends that."""
        from client.device.discovery import look_around  # noqa: PLC0415 - only while pairing

        search = asyncio.get_running_loop().create_task(look_around(tell))
        self._tasks.add(search)
        search.add_done_callback(self._ended)

        def end() -> None:
            search.cancel()

        return end


def _reader() -> Renderer:
    """Start the process that reads papers for the search; it stands back for everything else."""
    from client.documents.process_renderer import ProcessRenderer  # noqa: PLC0415 - it is slow

    return ProcessRenderer(niceness=19)


def run(options: Options) -> int:
    """Open the window and return the exit status when it is closed."""
    asyncio.run(PhienHopApp(options).live())
    return 0
