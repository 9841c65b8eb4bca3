"""The new text page by page, with what was put in, taken out and moved marked in it."""

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.utils import escape_markup, get_hex_from_color

from client.selectors.comparing import Comparison, Paragraph, Piece
from client.widgets.label import Text
from client.widgets.plate import Plate
from client.widgets.rail import PageButton

__all__ = ["ComparedPage", "ComparedParagraph", "MarkedText", "PageButton", "Plate", "Text"]

ABOVE = 90
"""Dp of what stands before a change that is brought into sight."""
SETTLING = 4
"""Frames until the paragraphs of a page have their heights."""
NEARLY = 0.001
"""So near to an end of the page is at it."""
UNDER, THROUGH = 3, 2
"""Dp of the line under what was put in and through what was taken out (ui.md 1.1)."""


class MarkedText(Text):
    """Words with tinted stretches: refs named `ins`, `del` and `moved`, and their lines."""

    def __init__(self, **kwargs: Any) -> None:
        self._tints, self._lines = InstructionGroup(), InstructionGroup()
        super().__init__(markup=True, fit="height", **kwargs)
        self.canvas.before.add(self._tints)
        self.canvas.after.add(self._lines)
        trigger = Clock.create_trigger(self._draw, -1)
        for name in ("refs", "pos", "size", "texture_size"):
            self.fbind(name, trigger)

    def _draw(self, *_args: object) -> None:
        self._tints.clear()
        self._lines.clear()
        theme = self.theme_of()
        left = self.center_x - self.texture_size[0] / 2
        top = self.center_y + self.texture_size[1] / 2
        for name, boxes in self.refs.items():
            kind = name.split("-")[0]
            fill, line = theme.inserted, theme.inserted_line
            if kind == "del":
                fill, line = theme.deleted, theme.deleted_text
            elif kind == "moved":
                fill, line = theme.blu_tint, theme.blu
            for x0, y0, x1, y1 in boxes:
                self._tints.add(Color(*fill))
                self._tints.add(Rectangle(pos=(left + x0, top - y1), size=(x1 - x0, y1 - y0)))
                self._lines.add(Color(*line))
                low = top - (y0 + y1) / 2 if kind == "del" else top - y1
                high = dp(THROUGH if kind == "del" else UNDER)
                self._lines.add(Rectangle(pos=(left + x0, low), size=(x1 - x0, high)))

    def theme_of(self) -> Any:
        """The colours of the app."""
        from kivy.app import App  # noqa: PLC0415 - the running app, not this module's business

        return App.get_running_app().theme


class ComparedParagraph(BoxLayout):
    """A paragraph; a bar stands beside one that changed."""

    changed = BooleanProperty(False)
    text = StringProperty("")


class ComparedPage(FloatLayout):
    """One page of a `Comparison` at a time; `page` counts from 0."""

    page = NumericProperty(0)
    pages = NumericProperty(1)

    def __init__(self, **kwargs: Any) -> None:
        self._comparison = Comparison()
        self._shown: tuple[object, ...] = ()
        super().__init__(**kwargs)
        self.fbind("page", lambda *_: self._fill())

    def show(self, comparison: Comparison, pages: int) -> None:
        """Show a comparison of a paper of so many pages."""
        self._comparison, self.pages = comparison, max(1, pages)
        self.page = min(self.page, self.pages - 1)
        self._fill()

    def step(self, way: int) -> None:
        """A page button: to what follows within the page, else to the next page."""
        scroll, text = self.ids.scroll, self.ids.text
        hidden = text.height - scroll.height
        if hidden > 1:
            at = scroll.scroll_y - way * 0.85 * scroll.height / hidden
            if (way > 0 and scroll.scroll_y > NEARLY) or (way < 0 and scroll.scroll_y < 1 - NEARLY):
                scroll.scroll_y = min(1.0, max(0.0, at))
                return
        if 0 <= self.page + way < self.pages:
            self.page += way
            scroll.scroll_y = 1.0 if way > 0 else 0.0

    def to_change(self, number: int) -> None:
        """Bring a place that changed into sight."""
        for paragraph in self._comparison.paragraphs:
            if any(piece.change == number for piece in paragraph.pieces):
                self.page = paragraph.page
                self._reveal(self._comparison.on_page(paragraph.page).index(paragraph))
                return

    def _reveal(self, at: int) -> None:
        lines = list(reversed(self.ids.text.children))
        frames = iter(range(SETTLING))

        def scroll(_dt: float) -> None:
            if next(frames, None) is not None:  # words find their heights over some frames
                Clock.schedule_once(scroll, 0)
            if at < len(lines) and lines[at].parent is not None:
                self._scroll_to(lines[at])

        Clock.schedule_once(scroll, 0)

    def _scroll_to(self, line: Any) -> None:
        """Bring a paragraph near the upper edge, with some of the one before it."""
        scroll, text = self.ids.scroll, self.ids.text
        hidden = text.height - scroll.height
        if hidden > 0:
            above = text.top - line.top - dp(ABOVE)
            scroll.scroll_y = min(1.0, max(0.0, 1 - above / hidden))

    def _fill(self) -> None:
        from kivy.app import App  # noqa: PLC0415

        theme = App.get_running_app().theme
        paragraphs = self._comparison.on_page(int(self.page))
        wanted = (paragraphs, theme)
        if wanted == self._shown:
            return
        self._shown = wanted
        self.ids.text.clear_widgets()
        self.ids.scroll.scroll_y = 1.0
        for paragraph in paragraphs:
            self.ids.text.add_widget(_line(paragraph, theme))


def _line(paragraph: Paragraph, theme: Any) -> ComparedParagraph:
    return ComparedParagraph(changed=paragraph.changed, text=marked(paragraph.pieces, theme))


def marked(pieces: Sequence[Piece], theme: Any) -> str:
    """Return pieces as markup; the names of refs say what each stretch is."""
    colours = {"ins": theme.inserted_text, "del": theme.deleted_text, "moved": theme.blu}
    parts = []
    for number, piece in enumerate(pieces):
        text = escape_markup(piece.text)
        if piece.kind in colours:
            colour = get_hex_from_color(colours[piece.kind])
            text = f"[ref={piece.kind}-{number}][color={colour}]{text}[/color][/ref]"
        parts.append(text)
    return " ".join(parts)
