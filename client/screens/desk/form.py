"""A dialog with fields: it closes only when what is in them makes sense."""

from typing import Any

from kivy.uix.boxlayout import BoxLayout

from client.widgets.dialog import Dialog
from client.widgets.field import TextField


class FormDialog(Dialog):
    """Override `complete`; the dialog stays open, with its errors, while that says False."""

    def complete(self) -> bool:
        """Check the fields, say what is wrong with them, and say whether they may be used."""
        return True

    def answer(self, event: str) -> None:
        """Keep open what is not complete."""
        if event == "on_act" and not self.complete():
            return
        super().answer(event)

    def open(self) -> Dialog:
        """Show, with the keyboard on the first field; Enter in a field is the other answer.

        Not where that answer is of those which only a press of their own may give (red buttons).
        """
        super().open()
        fields = [one for one in self.walk() if isinstance(one, TextField)]
        if self.act_kind == "primary":
            for field in fields:
                field.bind(on_text_validate=lambda *_: self.answer("on_act"))
        if fields:
            fields[0].focus_in()
        return self


def side_by_side(*fields: Any) -> BoxLayout:
    """Return fields beside each other, as high as the highest; what is typed is on one line."""
    row = BoxLayout(size_hint_y=None, spacing=16)
    row.bind(minimum_height=row.setter("height"))
    typed = [field for field in fields if isinstance(field, TextField)]

    def level(*_args: object) -> None:
        high = max(field.ids.name.height for field in typed)
        for field in typed:
            field.label_high = high

    for field in typed:
        field.ids.name.bind(height=level)
    for field in fields:
        if isinstance(field, TextField) or hasattr(field, "label"):
            field.pos_hint = {"top": 1}
        row.add_widget(field)
    return row


def whole(text: str, least: int, most: int) -> int | None:
    """Return the whole number that was typed, or None when it is none or out of range."""
    typed = text.strip()
    if not typed.isdecimal() or not least <= int(typed) <= most:
        return None
    return int(typed)
