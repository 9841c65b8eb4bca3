"""What keys and fingers do is heard and drawn between two ticks of the window's clock."""

import asyncio
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
