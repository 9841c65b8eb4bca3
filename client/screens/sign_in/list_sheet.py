"""The whole list of names: by given name, with its letters as big buttons."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView
from kivy.uix.stacklayout import StackLayout

from client.selectors.sign_in import Names
from client.widgets.dialog import Sheet
from client.widgets.person import NameRow as NameButton
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

HIGH = 0.62
"""Share of the window that the list takes."""


class Letter(Pressable, Plate, AnchorLayout):
    """An index letter, as large as a finger."""

    text = StringProperty("")
    on = BooleanProperty(False)


class ListSheet(Sheet):
    """Everybody; a letter leaves those of that letter, again it brings all back."""

    letter = StringProperty("")

    def __init__(self, names: Names, choose: Callable[[str], None], **kwargs: Any) -> None:
        self._names, self._choose = names, choose
        super().__init__(**kwargs)
        self._rows = BoxLayout(orientation="vertical", spacing=dp(12), size_hint_y=None)
        self._rows.bind(minimum_height=self._rows.setter("height"))
        self._letters = StackLayout(spacing=dp(12), size_hint_y=None)
        self._letters.bind(minimum_height=self._letters.setter("height"))
        self._list = ScrollView(
            do_scroll_x=False, bar_width=dp(8), scroll_type=["bars", "content"], size_hint_y=None
        )
        self._list.add_widget(self._rows)
        for text in names.letters:
            letter = Letter(text=text)
            letter.bind(on_release=self._pick)
            self._letters.add_widget(letter)
        self.add_widget(self._letters)
        self.add_widget(self._list)
        for thing in (self, self._letters):
            thing.bind(height=self._grow)
        self._fill()
        self._grow()

    def _grow(self, *_args: object) -> None:
        self._list.height = max(dp(200), self.height * HIGH - self._letters.height)

    def _pick(self, letter: Letter) -> None:
        self.letter = "" if letter.text == self.letter else letter.text
        for one in self._letters.children:
            one.on = one.text == self.letter
        self._fill()

    def _fill(self) -> None:
        self._rows.clear_widgets()
        for row in self._names.everyone:
            if self.letter in ("", row.letter):
                button = NameButton(name=row.name, post=row.post, mark=row.seat)
                button.bind(on_release=lambda _, person=row.person: self._take(person))
                self._rows.add_widget(button)
        self._list.scroll_y = 1

    def _take(self, person: str) -> None:
        self.close()
        self._choose(person)
