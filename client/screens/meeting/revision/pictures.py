"""Two versions of a paper without words, side by side, with boxes round what differs."""

from typing import Any

from kivy.graphics import Color, InstructionGroup, Line
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from client.documents.renderer import RenderFailure
from client.screens.meeting.revision.thumbnails import thumbnails
from client.widgets.label import Text
from client.widgets.page_view import PageView
from client.widgets.rail import PageButton

__all__ = ["ComparedPictures", "PageButton", "PageView", "Text"]

ACROSS, DOWN = 36, 48
DIFFERENT = 14
"""Of 255: cells whose grey differs by more have changed."""


class ComparedPictures(FloatLayout):
    """The same page of both; `page` counts from 1."""

    page = NumericProperty(1)
    pages = NumericProperty(1)
    old_title = StringProperty("")
    new_title = StringProperty("")
    same = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._files: tuple[str, str] = ("", "")
        self._cells: list[tuple[int, int, int, int]] = []
        super().__init__(**kwargs)
        self._boxes = InstructionGroup()
        self.canvas.after.add(self._boxes)
        for view in (self.ids.old, self.ids.new):
            view.bind(pos=self._draw, size=self._draw)

    def show(self, old: str, new: str) -> None:
        """Show two files."""
        if (old, new) != self._files:
            self._files, self.page = (old, new), 1
            self.app.start(self._open())

    def step(self, way: int) -> None:
        """A page button."""
        if 1 <= self.page + way <= self.pages:
            self.page += way
            self.app.start(self._open())

    async def _open(self) -> None:
        files, page = self._files, int(self.page)
        shapes = [await self.app.open_paper(file) for file in files]
        counts = [0 if isinstance(one, RenderFailure) else one.pages for one in shapes]
        self.pages = max(1, *counts)
        for view, shape in zip((self.ids.old, self.ids.new), shapes, strict=True):
            view.renderer = self.app.renderer
            if isinstance(shape, RenderFailure):
                view.fail(str(shape.code))
            elif page <= shape.pages:
                view.show(shape, page)
                view.whole_page(True)
            else:
                view.close()
        pictures = [
            (await thumbnails(self.app, file, [page - 1], ACROSS, DOWN)).get(page - 1, b"")
            for file, count in zip(files, counts, strict=True)
            if page <= count
        ]
        if files == self._files and page == self.page:
            self._cells = areas(*pictures) if len(pictures) == len(files) else []
            self.same = not self._cells
            self._draw()

    def _draw(self, *_args: object) -> None:
        self._boxes.clear()
        theme = self.ids.new.theme
        if theme is None:
            return
        self._boxes.add(Color(*theme.amb))
        for view in (self.ids.old, self.ids.new):
            sheet = view.viewport
            if sheet is None:
                continue
            x, y, width, height = _page_box(view)
            for left, top, right, bottom in self._cells:
                box = (
                    x + left / ACROSS * width,
                    y + height - bottom / DOWN * height,
                    (right - left) / ACROSS * width,
                    (bottom - top) / DOWN * height,
                )
                self._boxes.add(Line(rectangle=box, width=dp(1.5)))


def _page_box(view: Any) -> tuple[float, float, float, float]:
    """Where the whole page lies in the window: left, low, width, height."""
    sheet = view.viewport
    shape = sheet.shape
    scale = min(view.width / shape.width, view.height / shape.height)
    width, height = shape.width * scale, shape.height * scale
    return view.center_x - width / 2, view.center_y - height / 2, width, height


def areas(old: bytes, new: bytes) -> list[tuple[int, int, int, int]]:
    """Return the areas that differ, in cells: left, top, right, bottom; touching cells are one."""
    if len(old) != len(new):
        return []
    differ = {
        (at % ACROSS, at // ACROSS)
        for at, (one, other) in enumerate(zip(old, new, strict=True))
        if abs(one - other) > DIFFERENT
    }
    found = []
    while differ:
        group, waiting = set(), [differ.pop()]
        while waiting:
            x, y = waiting.pop()
            group.add((x, y))
            near = {(x + dx, y + dy) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)}
            waiting += near & differ
            differ -= near
        xs, ys = [x for x, _ in group], [y for _, y in group]
        found.append((min(xs), min(ys), max(xs) + 1, max(ys) + 1))
    return sorted(found, key=lambda box: (box[1], box[0]))
