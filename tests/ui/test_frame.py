"""What keys and fingers do is heard and drawn between two ticks of the window's clock."""

import asyncio
import os
from typing import Any

import pytest

pytestmark = pytest.mark.ui

SPACE = 32


def test_what_a_key_changes_is_drawn_without_a_tick_and_not_too_often(stage: Any) -> None:
    from client.widgets.frame import attend
    from client.widgets.label import Text

    words = stage.show(Text(text="một"))
    stage.step()
    drawn = []

    def key(*_event: object) -> None:
        words.text += " hai"

    def flip(_window: object) -> None:
        drawn.append(words.text)

    async def typed() -> None:
        attending = asyncio.ensure_future(attend())
        await asyncio.sleep(0)
        for _ in range(3):
            stage.window.dispatch("on_key_down", SPACE, 0, " ", [])
            await asyncio.sleep(0.001)
        assert drawn == ["một hai"], "the others come with the next tick"
        await asyncio.sleep(0.05)
        stage.window.dispatch("on_key_down", SPACE, 0, " ", [])
        await asyncio.sleep(0.001)
        attending.cancel()
        await asyncio.gather(attending, return_exceptions=True)
        stage.window.dispatch("on_key_down", SPACE, 0, " ", [])
        await asyncio.sleep(0.01)

    stage.window.fbind("on_key_down", key)
    stage.window.bind(on_flip=flip)
    try:
        asyncio.run(typed())
    finally:
        stage.window.unbind(on_flip=flip)
        stage.window.funbind("on_key_down", key)
    assert drawn == ["một hai", "một hai hai hai hai"]


class Glass:
    """An input provider, as Kivy asks them: it has a finger to tell of."""

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self.touched = False

    def update(self, dispatch_fn: Any) -> None:
        """Tell of it, once."""
        if self.touched:
            self.touched = False
            self._stage.finger(640, 400).down().up()


def test_while_somebody_is_there_fingers_are_heard_between_ticks(stage: Any) -> None:
    from kivy.base import EventLoop

    from client.widgets.button import StyledButton
    from client.widgets.frame import attend

    glass = Glass(stage)
    button = stage.show(StyledButton(text="Nhất trí", size_hint=(1, 1)))
    pressed = stage.heard(button, "on_press")

    async def touched() -> None:
        attending = asyncio.ensure_future(attend())
        await asyncio.sleep(0)
        stage.window.dispatch("on_key_down", SPACE, 0, " ", [])
        await asyncio.sleep(0.06)
        assert pressed == []
        glass.touched = True
        async with asyncio.timeout(2):
            while not pressed:
                await asyncio.sleep(0.001)
        attending.cancel()
        await asyncio.gather(attending, return_exceptions=True)

    EventLoop.input_providers.append(glass)
    try:
        asyncio.run(touched())
    finally:
        EventLoop.input_providers.remove(glass)
    assert pressed == [("on_press",)]


def test_where_the_desktop_tells_of_fingers_they_are_heard_at_once(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.base import EventLoop

    from client.widgets import frame
    from client.widgets.button import StyledButton

    desktop, told = os.pipe()
    glass = Glass(stage)
    button = stage.show(StyledButton(text="Nhất trí", size_hint=(1, 1)))
    pressed = stage.heard(button, "on_press")
    monkeypatch.setattr(frame, "connection", lambda _window: desktop)
    monkeypatch.setattr(frame, "LOOSELY", 60.0)

    async def touched() -> None:
        attending = asyncio.ensure_future(frame.attend())
        await asyncio.sleep(0.01)
        glass.touched = True
        os.write(told, b".")
        async with asyncio.timeout(2):
            while not pressed:
                await asyncio.sleep(0.001)
        os.read(desktop, 1)
        attending.cancel()
        await asyncio.gather(attending, return_exceptions=True)
        glass.touched = True
        os.write(told, b".")
        await asyncio.sleep(0.01)

    EventLoop.input_providers.append(glass)
    try:
        asyncio.run(touched())
    finally:
        EventLoop.input_providers.remove(glass)
        os.close(desktop)
        os.close(told)
    assert pressed == [("on_press",)]


def test_frames_of_which_only_the_colours_are_cleared_look_the_same(stage: Any) -> None:
    from kivy.uix.floatlayout import FloatLayout
    from kivy.uix.stencilview import StencilView

    from client.widgets.frame import lighten
    from client.widgets.label import Text

    def clipped(text: str, left: float) -> Any:
        box: dict[str, Any] = {"size_hint": (None, None), "size": (90, 24), "pos": (left, 330)}
        outer, inner = StencilView(**box), StencilView(**{**box, "pos": (left - 20, 330)})
        inner.add_widget(Text(text=text, pos=(left - 10, 329)))
        outer.add_widget(inner)
        return outer

    def pictures() -> list[bytes]:
        found = []
        for text in ("Nhất trí", "Không nhất trí", ""):
            room = FloatLayout()
            for place in range(3):
                room.add_widget(clipped(text, 300 + 80 * place))
            stage.show(room)
            stage.step(2)
            found.append(stage.picture().tobytes())
        return found

    window = stage.window
    before = pictures()
    lighten(window)
    assert "clear" in vars(window), "here the processor draws"
    try:
        assert pictures() == before
    finally:
        del window.clear
    assert len(set(before)) == 3
