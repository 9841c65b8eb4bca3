"""One window for the tests of this process, real touches, and what every screen must keep.

Fixtures: ``stage`` (the window and its hands) and ``check_screen`` (size, type and overflow rules).
"""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

LARGEST = (1920, 1630)
# Off screen, the surface never grows afterwards, and a screen's module makes the window on import.
os.environ["KCFG_GRAPHICS_WIDTH"], os.environ["KCFG_GRAPHICS_HEIGHT"] = map(str, LARGEST)
TOUCH_DP, BALLOT_DP, SMALLEST_TYPE = 56, 120, 18
OVERLAP = 2
"""Pixels that two boxes may share: the room for marks above and below the letters."""
COVERING = {
    *("Banner", "Raised", "Layer", "Toast", "NoteTag", "OthersTag", "PartlyNote", "ZoomKeys"),
    *("SelectionBar", "FindsBar", "ComparedPage", "ComparedPictures", "RevisionTray", "TextSheet"),
}
"""What lies over the page, or over a screen, for as long as it is wanted."""


class Finger:
    """A finger on the window: real motion events through Kivy's own dispatch."""

    def __init__(self, stage: "Stage", x: float, y: float) -> None:
        from kivy.tests.common import UnitTestTouch

        self._stage = stage
        self._touch = UnitTestTouch(x, y)

    def down(self) -> "Finger":
        self._touch.touch_down()
        self._stage.step(2)
        return self

    def move(self, x: float, y: float) -> "Finger":
        self._touch.touch_move(x, y)
        self._stage.step(2)
        return self

    def up(self) -> None:
        self._touch.touch_up()
        self._stage.step(2)


class Pauses:
    """Kivy's pause after each frame, passed over: the clock counts it, nobody waits for it."""

    def __init__(self, clock: Any) -> None:
        self._now, self._rest = clock.time, clock.usleep
        self._skipped = 0.0
        self.real = False
        clock.time, clock.usleep = self._time, self._pause

    def _time(self) -> float:
        return float(self._now() + self._skipped)

    def _pause(self, microseconds: float) -> None:
        if self.real:
            self._rest(microseconds)
        else:
            self._skipped += microseconds / 1_000_000


class Stage:
    """The window: a test puts widgets on it, touches them and takes pictures."""

    def __init__(self, app: Any, pauses: Pauses, folder: Path | None) -> None:
        self.app = app
        self._pauses = pauses
        self._folder = folder
        self._drawing = False
        for event in ("on_draw", "on_flip"):
            self.window.fbind(event, self._hold)

    def _hold(self, _window: Any) -> bool:
        """Leave frames undrawn that no picture is taken of: the processor draws them all."""
        return not self._drawing

    @property
    def window(self) -> Any:
        from kivy.core.window import Window

        return Window

    def resize(self, width: int, height: int) -> None:
        self.window.size = (width, height)
        self.until(lambda: tuple(self.window.size) == (width, height))

    def step(self, frames: int = 3) -> None:
        """Run that many frames of Kivy's loop."""
        from kivy.base import EventLoop

        for _ in range(frames):
            EventLoop.idle()

    def settle(self, ticks: int = 8) -> None:
        """Let layouts and words find their sizes, without drawing."""
        from kivy.clock import Clock

        for _ in range(ticks):
            Clock.tick()
            Clock.tick_draw()

    def until(self, condition: Callable[[], bool], seconds: float = 5) -> None:
        """Run frames until the condition holds; fails after that many seconds."""
        end = time.monotonic() + seconds
        self._pauses.real = True  # another process may have to do its part meanwhile
        try:
            while not condition():
                assert time.monotonic() < end, "the condition did not come true in time"
                self.step(1)
        finally:
            self._pauses.real = False

    def show(self, root: Any, frames: int = 2) -> Any:
        """Make root the only widget in the window."""
        self.clear()
        self.window.add_widget(root)
        self.settle()
        self.step(frames)
        return root

    def column(self, *widgets: Any) -> Any:
        """The widgets one below the other."""
        from kivy.uix.boxlayout import BoxLayout

        box = BoxLayout(orientation="vertical", padding=40, spacing=40)
        for widget in (*widgets, BoxLayout()):
            box.add_widget(widget)
        return box

    def heard(self, widget: Any, *events: str) -> list[Any]:
        """Every such event of the widget from now on, with its arguments."""
        calls: list[Any] = []
        for event in events:
            widget.bind(**{event: lambda _w, *args, event=event: calls.append((event, *args))})
        return calls

    def clear(self) -> None:
        for child in list(self.window.children):
            self.window.remove_widget(child)

    def wear(self, theme: Any = "light", text_size: str = "normal", language: str = "vi") -> None:
        self.app.wear(theme, text_size)
        self.app.language = language
        self.settle()

    def finger(self, x: float, y: float) -> Finger:
        return Finger(self, x, y)

    def press(self, widget: Any) -> Finger:
        """Put a finger on the middle of the widget and leave it there."""
        return Finger(self, *widget.to_window(*widget.center)).down()

    def tap(self, widget: Any) -> None:
        self.press(widget).up()

    def key(self, code: int, text: str = "", modifiers: tuple[str, ...] = ()) -> None:
        """One key stroke: Kivy's key code, and the text that it gives."""
        self.window.dispatch("on_key_down", code, code, text or None, list(modifiers))
        self.window.dispatch("on_key_up", code, code)
        self.step(2)

    def shot(self, name: str) -> None:
        """Draw the window; in PHIENHOP_SHOTS, where that is set, as NAME.png to be looked at."""
        self.step(3)
        if self._folder is not None:
            self.picture().save(self._folder / f"{name}.png")
        else:
            self.draw()

    def draw(self) -> None:
        """Draw what is due."""
        self._drawing = True
        self.window.dispatch("on_draw")
        self._drawing = False

    @property
    def pictured(self) -> bool:
        """Whether somebody wants pictures to look at."""
        return self._folder is not None

    def keep(self, picture: Any, name: str) -> None:
        """Put a picture of the test's own into PHIENHOP_SHOTS, where that is set."""
        if self._folder is not None:
            picture.save(self._folder / f"{name}.png")

    def picture(self) -> Any:
        """What the window shows now, as an image of Pillow."""
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
        from PIL import Image

        width, height = self.window.system_size
        self.draw()
        pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        picture = Image.frombytes("RGBA", (width, height), bytes(pixels))
        return picture.convert("RGB").transpose(Image.Transpose.FLIP_TOP_BOTTOM)


@pytest.fixture(scope="session")
def _stage() -> Iterator[Stage]:
    from kivy.config import Config

    Config.set("graphics", "multisamples", "0")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    from kivy.app import App
    from kivy.base import EventLoop
    from kivy.clock import Clock

    from client.widgets.look import Look

    class Bare(Look, App):  # type: ignore[misc]
        """Only a look: no meeting behind it."""

    app = Bare()
    App._running_app = app
    EventLoop.ensure_window()
    EventLoop.start()
    app.wear()
    chosen = os.environ.get("PHIENHOP_SHOTS")
    folder = Path(chosen) if chosen else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    yield Stage(app, Pauses(Clock), folder)
    EventLoop.stop()
    App._running_app = None


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    """The window, empty, in the light theme at text size Thường in Vietnamese, 1280x800."""
    from kivy.app import App

    running = App._running_app
    _stage.app.calm = False
    _stage.wear()
    if tuple(_stage.window.size) != (1280, 800):
        _stage.resize(1280, 800)
    yield _stage
    App._running_app = running
    _stage.clear()


def _seen(widget: Any) -> Iterator[Any]:
    """The widget and all below it that a person can see."""
    if widget.opacity == 0 or widget.width <= 0 or widget.height <= 0:
        return
    yield widget
    for child in widget.children:
        yield from _seen(child)


def violations(
    root: Any, *, mouse_only: tuple[str, ...] = ("SeatTile",), grown: bool = False
) -> list[str]:
    """What breaks the rules of size, type and overflow anywhere under root, one line each.

    `grown`: the smallest words have grown with the text size as well.
    """
    found: list[str] = []
    for widget in _seen(root):
        found += _touch_faults(widget, mouse_only)
        found += _text_faults(widget, grown=grown)
    return found


def crowded(root: Any) -> list[str]:
    """What lies over something else, or beyond its sheet or the window under root, one line each.

    Words and controls may only overlap what holds them. What scrolls is left out, and so is
    whatever stands on another sheet of a stack, or in a band or card over it: those are meant to
    cover.
    """
    from kivy.core.window import Window

    boxes = [(widget, _inked(widget)) for widget in _solid(root)]
    sheets = {widget: _sheet(widget) for widget, _ in boxes}
    found = [
        f"{_told(widget)} reaches out of the window"
        for widget, (left, low, right, top) in boxes
        if left < -1 or low < -1 or right > Window.width + 1 or top > Window.height + 1
    ]
    for widget, (left, low, right, top) in boxes:
        sheet = sheets[widget]
        if sheet is not None and sheet is not widget:
            x, y, beyond, above = _inked(sheet)
            if left < x - 1 or low < y - 1 or right > beyond + 1 or top > above + 1:
                found.append(f"{_told(widget)} reaches out of its {type(sheet).__name__}")
    for place, (one, first) in enumerate(boxes):
        for other, second in boxes[place + 1 :]:
            same = sheets[one] is sheets[other]
            if same and _meet(first, second) and not _holds(one, other) and not _holds(other, one):
                found.append(f"{_told(one)} lies over {_told(other)}")
    return found


def _solid(root: Any) -> Iterator[Any]:
    """Every seen word and control that does not scroll."""
    from kivy.uix.behaviors import ButtonBehavior
    from kivy.uix.label import Label

    for widget in _seen(root):
        said = isinstance(widget, Label) and widget.text.strip()
        if (said or isinstance(widget, ButtonBehavior)) and not _scrolls(widget):
            yield widget


def _scrolls(widget: Any) -> bool:
    while widget is not None and widget.parent is not widget:
        if type(widget).__name__ in {"ScrollView", "RecycleView"}:
            return True
        widget = widget.parent
    return False


def _sheet(widget: Any) -> Any:
    """What a widget stands on that is meant to cover others: a band, a card, a bar on the page."""
    while widget is not None and widget.parent is not widget:
        if COVERING & {kind.__name__ for kind in type(widget).__mro__}:
            return widget
        widget = widget.parent
    return None


def _inked(widget: Any) -> tuple[float, float, float, float]:
    """The window's pixels that a control fills, or the words of a label: left, low, right, top."""
    from kivy.uix.label import Label

    left, low = widget.to_window(widget.x, widget.y)
    width, height = widget.size
    if isinstance(widget, Label):
        wide, high = widget.texture_size
        shift = {"center": 0.5, "right": 1.0}.get(widget.halign, 0.0)
        left, low = left + (width - wide) * shift, low + (height - high) / 2
        width, height = wide, high
    return left, low, left + width, low + height


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes share more than an edge's worth."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > OVERLAP and high > OVERLAP


def _holds(holder: Any, widget: Any) -> bool:
    return widget in holder.walk(restrict=True)


def _told(widget: Any) -> str:
    return f"{type(widget).__name__} '{_words(widget)}'"


def _touch_faults(widget: Any, mouse_only: tuple[str, ...]) -> list[str]:
    from kivy.metrics import dp
    from kivy.uix.behaviors import ButtonBehavior
    from kivy.uix.textinput import TextInput

    name = type(widget).__name__
    if name in mouse_only or not isinstance(widget, (ButtonBehavior, TextInput)):
        return []
    least = dp(BALLOT_DP if name == "BallotButton" else TOUCH_DP)
    box = widget.parent if isinstance(widget, TextInput) else widget
    if box.width < least - 0.5 or box.height < least - 0.5:
        return [f"{name} is {box.width:.0f}x{box.height:.0f}, less than {least:.0f}: {_words(box)}"]
    return []


def _text_faults(widget: Any, *, grown: bool) -> list[str]:
    from kivy.metrics import sp
    from kivy.uix.label import Label

    if not isinstance(widget, Label) or not widget.text.strip():
        return []
    faults = []
    least = sp(SMALLEST_TYPE) * (_text_scale() if grown else 1)
    if widget.font_size < least - 0.01:
        faults.append(f"type of {widget.font_size:.1f} is under {least:.4g} sp: {widget.text}")
    width, height = widget.texture_size
    if width > widget.width + 1 or height > widget.height + 1:
        faults.append(
            f"words of {width}x{height} in a box of {widget.width:.0f}x{widget.height:.0f}: "
            f"{widget.text}"
        )
    if widget.text_size[1] is not None and _needed(widget) > widget.text_size[1] + 1:
        faults.append(f"words do not fit: {widget.text}")
    return faults + _outside(widget)


def _text_scale() -> float:
    """The factor of the text size that is worn: the smallest words grow with it too."""
    from kivy.app import App

    return float(getattr(App.get_running_app(), "k", 1))


def _needed(label: Any) -> float:
    """How high the words would be in their width if nothing were cut."""
    options = {**label._label.options, "text_size": (label.text_size[0], None)}
    whole = type(label._label)(**options)
    whole.text = label.text
    whole.refresh()
    return float(whole.texture.height)


def _outside(label: Any) -> list[str]:
    """Words that stick out of the control that holds them."""
    x, y = label.to_window(label.x, label.y)
    holder = label.parent
    while holder is not None and holder.parent is not None and holder.parent is not holder:
        if hasattr(holder, "fill") and holder.fill[3]:
            left, low = holder.to_window(holder.x, holder.y)
            out = x < left - 1 or x + label.width > left + holder.width + 1
            if out or y < low - 1 or y + label.height > low + holder.height + 1:
                return [f"words stick out of {type(holder).__name__}: {label.text}"]
            return []
        if type(holder).__name__ in {"ScrollView", "RecycleView"}:
            return []
        holder = holder.parent
    return []


def _words(widget: Any) -> str:
    texts = [getattr(child, "text", "") for child in widget.walk(restrict=True)]
    return " ".join(str(text) for text in texts if text)


def _check(root: Any, *, apart: bool = False, **options: Any) -> None:
    found = violations(root, **options) + (crowded(root) if apart else [])
    assert not found, "\n".join(found)


@pytest.fixture
def check_screen() -> Callable[..., None]:
    """Fails with every violation under the given root: touch size, type size, clipped words."""
    return _check


@pytest.fixture
def check_grown() -> Callable[..., None]:
    """As `check_screen`; the smallest words have grown too, and nothing lies over anything."""
    return partial(_check, grown=True, apart=True)


@pytest.fixture
def tablet(stage: Stage) -> Iterator[Any]:
    """A tablet (`tests.ui.story.Tablet`) that shows its screens in this window."""
    from tests.ui.story import Tablet

    device = Tablet(stage)
    yield device
    device.close()


@pytest.fixture
def papers(tablet: Any, corpus: Path) -> Iterator[Any]:
    """A real render process (`tests.ui.reading.Papers`), with a paper of 60 pages."""
    from tests.ui.reading import Papers

    real = Papers(tablet, corpus / "vn_rev1_60pp.pdf")
    yield real
    real.close()
