"""The page on the glass: real PDFs, a real render process, real touches in a real window."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import RenderFailure
from client.documents.shape import DocumentShape

pytestmark = [pytest.mark.ui, pytest.mark.corpus]


class Reader:
    """A page view 856x548 where the reader has it, and the loop that its renderer lives in."""

    def __init__(self, stage: Any, corpus: Path) -> None:
        from kivy.uix.floatlayout import FloatLayout

        from client.widgets.page_view import PageView

        self.stage = stage
        self.corpus = corpus
        self.loop = asyncio.new_event_loop()
        self.renderer = self.loop.run_until_complete(self._renderer())
        self.view = PageView(
            renderer=self.renderer, size_hint=(None, None), size=(856, 548), pos=(344, 100)
        )
        root = FloatLayout()
        root.add_widget(self.view)
        stage.show(root)

    async def _renderer(self) -> ProcessRenderer:
        return ProcessRenderer()

    def turn_loop(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(0))

    def until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        def turned() -> bool:
            self.turn_loop()
            return condition()

        self.stage.until(turned, seconds)

    def open(self, name: str) -> DocumentShape | RenderFailure:
        path = self.corpus / name
        return self.loop.run_until_complete(self.renderer.open(name, path))

    def read(self, name: str, page: int = 1, y: float = 0.0) -> None:
        document = self.open(name)
        assert isinstance(document, DocumentShape)
        self.view.show(document, page, y)
        self.sharp()

    def sharp(self) -> None:
        self.until(lambda: self.view.sharp)
        self.stage.step(2)

    def close(self) -> None:
        self.view.close()
        self.loop.run_until_complete(self.renderer.close())
        self.loop.close()


@pytest.fixture
def reader(stage: Any, corpus: Path) -> Iterator[Reader]:
    reader = Reader(stage, corpus)
    yield reader
    reader.close()


def pixel(path: Path, x: int, y: int) -> tuple[int, ...]:
    from PIL import Image

    with Image.open(path) as picture:
        found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def test_a_page_is_shown_with_its_text_block_across_the_view(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    shot = reader.stage.shot("page-view")
    assert reader.view.page == 1
    assert reader.view.pages == 6
    assert pixel(shot, 344 + 14, 400) == (255, 255, 255)
    assert pixel(shot, 300, 400) == (0xF6, 0xF2, 0xEA)
    viewport = reader.view.viewport
    assert viewport is not None
    text = viewport.shape.text_box
    assert text is not None
    assert (text.x0 - viewport.left) * viewport.scale == pytest.approx(28, abs=4)
