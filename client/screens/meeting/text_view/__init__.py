"""The page as running text at any size, in the page's place; marks are the same marks."""

from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.metrics import sp
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.scrollview import ScrollView
from kivy.utils import escape_markup

from client.documents.reflow import Paragraph, covered, paragraphs
from client.documents.renderer import RenderFailure
from client.documents.selection import Selection
from client.documents.text import PageText, Spot
from client.ink.marks import Mark
from client.screens.meeting.reader import ReadingArea
from client.screens.meeting.selecting import SelectionPlace
from client.screens.meeting.writing import Writing
from client.theme import Rgba
from client.widgets.button import StyledButton
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.metrics import face
from client.widgets.plate import Plate

__all__ = ["BareText", "Plate", "ScrollView", "StyledButton", "Text", "TextPlace", "TextSheet"]

SIZES = (24, 30, 38, 48)
"""Type of the text view in dp, before the person's own text size."""
STEP = 0.85
GAP = 0.13
"""Half the space between two words, in heights of the type: marks join over it."""


class FlowText(BareText):
    """One paragraph; every word can be touched, and has the colour of its mark behind it."""

    chosen = ObjectProperty(frozenset())
    colours = ObjectProperty(None, allownone=True)
    """Word number to colour."""

    def __init__(self, text: PageText, paragraph: Paragraph, **kwargs: Any) -> None:
        self.paragraph = paragraph
        super().__init__(markup=True, **kwargs)
        self._ground = InstructionGroup()
        self.canvas.before.add(self._ground)
        self._redraw = Clock.create_trigger(self._draw, -1)
        for name in ("refs", "pos", "size", "texture_size", "colours"):
            self.fbind(name, self._redraw)
        words = text.words[paragraph.first : paragraph.last + 1]
        self.text = " ".join(
            f"[ref={number}]{escape_markup(word.text)}[/ref]"
            for number, word in enumerate(words, paragraph.first)
        )

    def _draw(self, *_args: object) -> None:
        self._ground.clear()
        left, top = self.x, self.center_y + self.texture_size[1] / 2
        pad = self.font_size * GAP
        for number, colour in (self.colours or {}).items():
            for x0, y0, x1, y1 in self.refs.get(str(number), ()):
                self._ground.add(Color(*colour))
                size = x1 - x0 + 2 * pad, y1 - y0
                self._ground.add(Rectangle(pos=(left + x0 - pad, top - y1), size=size))


class TextSheet(Plate, BoxLayout):
    """The text of one page under its own small bar."""

    size_step = NumericProperty(1)
    note = StringProperty("")

    __events__ = ("on_size", "on_end")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._retype = Clock.create_trigger(self.on_size_step, 0)
        App.get_running_app().bind(k=self._grown)

    def _grown(self, *_args: object) -> None:
        """The text size was changed: every paragraph has just been given that of all words."""
        self._retype()

    def on_size_step(self, *_args: object) -> None:
        """Set the type of every paragraph."""
        for flow in self.ids.flow.children:
            flow.font_size = self.type_size(flow.paragraph)

    def type_size(self, paragraph: Paragraph) -> float:
        """Pixels of a paragraph's type."""
        larger = 1.2 if paragraph.heading else 1.0
        return float(sp(SIZES[int(self.size_step)]) * App.get_running_app().k * larger)

    def on_size(self, *_args: object) -> None:
        """Larger (+1) or smaller (-1)."""

    def on_end(self) -> None:
        """Back to the page."""


class TextPlace(FloatLayout):
    """Opens and closes the text view of a reading area."""

    def __init__(
        self,
        app: Any,
        area: ReadingArea,
        writing: Writing,
        selecting: SelectionPlace,
        **kwargs: Any,
    ) -> None:
        self.app, self.area = app, area
        self._writing, self._selecting = writing, selecting
        self._text: PageText | None = None
        self._here: tuple[str, int] | None = None
        self._unlisten: Callable[[], None] = lambda: None
        super().__init__(**kwargs)
        self.page = area.page_view
        self.sheet = TextSheet()
        self.sheet.bind(
            on_size=lambda _sheet, way: self.resize(way), on_end=lambda *_: self.close()
        )
        self.page.bind(seen=lambda *_: self._turned(), pos=self._place, size=self._place)

    @property
    def shown(self) -> bool:
        """Whether the text is shown in place of the page."""
        return self.sheet.parent is not None

    def open(self) -> None:
        """Show the page that is read as text."""
        if self.shown or self.page.seen is None:
            return
        self.add_widget(self.sheet)
        self.area.stepper = self.step
        book = self._writing.notebook
        self._unlisten = book.listen(lambda _change: self._colour()) if book else lambda: None
        self._selecting.end()
        self._selecting.told, self._selecting.handled = self._colour, False
        self._here = None
        self.area.ids.zoom.opacity = 0
        self._place()
        self._turned()

    def close(self) -> None:
        """Back to the page, at the same page."""
        if self.shown:
            self.remove_widget(self.sheet)
            self.area.ids.zoom.opacity = 1 if self.area.ids.zoom.shown else 0
        self.area.stepper = None
        self._unlisten()
        self._unlisten = lambda: None
        self._selecting.told, self._selecting.handled = (lambda: None), True
        self._text = self._here = None
        self.sheet.ids.flow.clear_widgets()

    def resize(self, way: int) -> None:
        """Larger or smaller type."""
        self.sheet.size_step = min(max(self.sheet.size_step + way, 0), len(SIZES) - 1)

    def step(self, way: int) -> bool:
        """85 % of what is seen, then the next page."""
        scroll, flow = self.sheet.ids.scroll, self.sheet.ids.flow
        hidden = flow.height - scroll.height
        done = scroll.scroll_y <= 0 if way > 0 else scroll.scroll_y >= 1
        if hidden > 1 and not done:
            moved = scroll.scroll_y - way * STEP * scroll.height / hidden
            scroll.scroll_y = min(max(moved, 0.0), 1.0)
            return True
        return bool(self.page.turn(way))

    def _place(self, *_args: object) -> None:
        self.sheet.pos, self.sheet.size = self.page.pos, self.page.size

    def _turned(self) -> None:
        seen = self.page.seen
        if not self.shown or seen is None or seen[:2] == self._here:
            return
        self._here, self._text = seen[:2], None
        self.app.start(self._read(seen[:2]))

    async def _read(self, here: tuple[str, int]) -> None:
        text = await self.app.read_page(*here)
        if self._here != here:
            return
        flow = self.sheet.ids.flow
        flow.clear_widgets()
        self._text = None
        if not isinstance(text, RenderFailure):
            self._text = text
            for one in paragraphs(text):
                flow.add_widget(self._paragraph(text, one))
        self.sheet.note = "" if flow.children else self.app.tr("reflow.none")
        self.sheet.ids.scroll.scroll_y = 1
        self._colour()

    def _paragraph(self, text: PageText, one: Paragraph) -> FlowText:
        made = FlowText(text, one, fit="height")
        made.font_size = self.sheet.type_size(one)
        made.font_name = face("bold" if one.heading else "regular")
        made.bind(on_ref_press=lambda _flow, word: self._touched(int(word)))
        return made

    # ---- marks, both ways ------------------------------------------------------------------------

    def _touched(self, word: int) -> None:
        """A word was touched: choose it, or stretch to it what is chosen."""
        if self._here is None or self._text is None:
            return
        document, page = self._here
        chosen = self._selecting.selection
        if chosen is None or chosen.first != chosen.last:
            self._selecting.choose(document, Selection.of_word(page, word, self._text))
        else:
            self._selecting.choose(document, chosen.reaching(Spot(page, word), self._text))

    def _colour(self) -> None:
        """Colour the words that marks of the page cover, and those that are chosen."""
        if self._text is None or self._here is None:
            return
        colours: dict[int, Rgba] = {}
        for mark in self._marks():
            quads = mark.targets[self._here[0]].quads_on(self._here[1])
            fill = _fill(self.page.theme, mark)
            colours |= dict.fromkeys(covered(self._text, quads), fill)
        chosen = self._selecting.selection
        words = chosen.words_on(self._here[1]) if chosen is not None else None
        if words is not None:
            colours |= dict.fromkeys(range(words[0], words[1] + 1), self._selecting.layer.fill)
        for flow in self.sheet.ids.flow.children:
            own = range(flow.paragraph.first, flow.paragraph.last + 1)
            flow.colours = {number: colours[number] for number in own if number in colours}

    def _marks(self) -> list[Mark]:
        book = self._writing.notebook
        if book is None or self._here is None:
            return []
        kinds = {"highlight", "underline", "strikeout"}
        return [mark for mark in book.on_page(*self._here) if mark.kind in kinds]

    def on_touch_down(self, touch: Any) -> bool:
        """The text takes what falls on it; nothing reaches the page below."""
        if not self.shown:
            return False
        return bool(self.sheet.dispatch("on_touch_down", touch)) or bool(
            self.sheet.collide_point(*touch.pos)
        )


def _fill(theme: Any, mark: Mark) -> Rgba:
    colour = getattr(theme, mark.colour, None) if mark.kind == "highlight" else None
    return tuple(colour) if colour is not None else tuple(theme.highlight1)


load_kv(__file__)
