"""The keyboard on the screen, for tablets whose system has none: Telex and figures."""

from typing import Any

from kivy.app import App
from kivy.core.window import Window
from kivy.properties import BooleanProperty, ObjectProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.behaviors import FocusBehavior
from kivy.uix.boxlayout import BoxLayout

from client.telex import Word, backspace, press
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "Key", "Keyboard", "KeyboardDock"]

LETTERS = ("1234567890", "qwertyuiop", "asdfghjkl", "⇧zxcvbnm⌫", "…, .↵")
SIGNS = ("1234567890", "@#%&*-+()/", "“”:;!?='\"", "_–<>[]{}⌫", "…, .↵")
"""Rows of keys; ⇧ ⌫ … ↵ and the space stand for the keys that do something else."""

ROLES = {"⇧": "shift", "⌫": "delete", "…": "signs", "↵": "done", " ": "space"}
SHARES = {"shift": 1.5, "delete": 1.5, "signs": 1.5, "done": 2.0, "space": 5.0}


class Key(Pressable, Plate, AnchorLayout):
    """One key; types at touch-down."""

    text = StringProperty("")
    icon = StringProperty("")
    role = StringProperty("sign")
    on = BooleanProperty(False)


class KeyRow(BoxLayout):
    """A row of keys."""


class Keyboard(Plate, BoxLayout):
    """Types into ``target`` (a TextInput); fires ``on_done`` when Xong is touched.

    ``page`` is letters or signs. Capitals hold for one letter; Vietnamese is composed by Telex when
    ``telex`` is on, which the app's fields turn off by being ``password`` or ``secret``.
    """

    target = ObjectProperty(None, allownone=True)
    page = OptionProperty("letters", options=("letters", "signs"))
    capital = BooleanProperty(False)
    telex = BooleanProperty(True)

    __events__ = ("on_done",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._word = Word()
        for name in ("page", "capital"):
            self.fbind(name, self._lay_out)
        App.get_running_app().bind(language=self._lay_out)
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        self.clear_widgets()
        for row in LETTERS if self.page == "letters" else SIGNS:
            line = KeyRow()
            for sign in row:
                line.add_widget(self._key(sign))
            self.add_widget(line)

    def _key(self, sign: str) -> Key:
        role = ROLES.get(sign, "sign")
        key = Key(role=role, text=self._words(role, sign), size_hint_x=SHARES.get(role, 1.0))
        key.icon = {"shift": "arrow-up", "delete": "backspace"}.get(role, "")
        key.on = role == "shift" and self.capital
        key.bind(on_press=self._touched)
        return key

    def _words(self, role: str, sign: str) -> str:
        if role in ("shift", "delete"):
            return ""
        if role == "sign":
            return sign.upper() if self.capital else sign
        page = "kb.letters" if self.page == "signs" else "kb.numbers"
        key = {"signs": page, "done": "kb.done", "space": "kb.space"}[role]
        return str(App.get_running_app().tr(key))

    def _touched(self, key: Key) -> None:
        if key.role == "shift":
            self.capital = not self.capital
        elif key.role == "signs":
            self.page = "signs" if self.page == "letters" else "letters"
        elif key.role == "done":
            self.dispatch("on_done")
        elif self.target is not None:
            self._act(key)

    def _act(self, key: Key) -> None:
        if key.role == "delete":
            self._delete()
        else:
            self._type(" " if key.role == "space" else key.text)
            if self.capital:
                self.capital = False

    def _type(self, sign: str) -> None:
        if self.target.selection_text:
            self.target.delete_selection()
        if not sign.isalpha() or not self._composes:
            self._word = Word()
            self.target.insert_text(sign)
            return
        before = self._before()
        word = self._word if self._word.letters == before else Word(before)
        self._replace(before, press(word, sign))

    def _delete(self) -> None:
        before = self._before()
        if self.target.selection_text:
            self.target.delete_selection()
        elif not before or not self._composes:
            self.target.do_backspace()
        else:
            self._replace(before, backspace(Word(before)))

    @property
    def _composes(self) -> bool:
        """Whether letters become Vietnamese ones: never where a secret is typed."""
        target = self.target
        return self.telex and not (target.password or getattr(target, "secret", False))

    def _before(self) -> str:
        """The letters that stand right before the cursor."""
        at = self.target.cursor_index()
        start = at
        text = self.target.text
        while start and text[start - 1].isalpha():
            start -= 1
        return str(text[start:at])

    def _replace(self, before: str, word: Word) -> None:
        """Change the word before the cursor in as few steps as its letters allow."""
        keep = 0
        while keep < min(len(before), len(word.letters)) and before[keep] == word.letters[keep]:
            keep += 1
        for _ in before[keep:]:
            self.target.do_backspace()
        if word.letters[keep:]:
            self.target.insert_text(word.letters[keep:])
        self._word = word

    def on_touch_down(self, touch: Any) -> bool:
        """Type; the field keeps the focus."""
        if not self.collide_point(*touch.pos):
            return False
        FocusBehavior.ignored_touch.append(touch)
        super().on_touch_down(touch)
        return True

    def on_done(self) -> None:
        """Typing has ended."""


class KeyboardDock(BoxLayout):
    """The keyboard at the bottom of the window while a field has the focus."""

    current: "KeyboardDock | None" = None

    @classmethod
    def show_for(cls, field: Any) -> "KeyboardDock":
        """Bring up the keyboard for that TextInput; it goes when the field loses the focus."""
        dock = cls.current or cls()
        cls.current = dock
        dock.serve(field)
        return dock

    def serve(self, field: Any) -> None:
        """Type into that field from now on."""
        field = field.__self__  # a screen may hand over the proxy from its ids
        keyboard = self.ids.keyboard
        keyboard.target = field
        field.bind(focus=self._focus)
        if self.parent is None:
            Window.add_widget(self)
            self._tell(self.height)
            self.fbind("height", self._height)

    def _height(self, _dock: Any, height: float) -> None:
        if self.parent is not None:
            self._tell(height)

    def _focus(self, field: Any, focus: bool) -> None:
        if not focus:
            field.unbind(focus=self._focus)
            if self.ids.keyboard.target is field:
                self.hide()

    def done(self) -> None:
        """Xong: the field gives up the focus, and the keyboard goes with it."""
        self.ids.keyboard.target.focus = False

    def hide(self) -> None:
        """Take the keyboard away."""
        self.ids.keyboard.target = None
        type(self).current = None
        if self.parent is not None:
            Window.remove_widget(self)
        self._tell(0)

    def _tell(self, height: float) -> None:
        """Let the screens make room: ``app.keyboard_height``."""
        app = App.get_running_app()
        if hasattr(app, "keyboard_height"):
            app.keyboard_height = height


load_kv(__file__)
