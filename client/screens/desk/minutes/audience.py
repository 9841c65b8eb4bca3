"""For whom a dossier is made: with everything, or with what members may see; what each proves."""

from collections.abc import Callable
from typing import Any, Literal

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout

from client.widgets.dialog import Sheet
from client.widgets.rows import RadioCard

Audience = Literal["officers", "members"]
AUDIENCES: tuple[Audience, ...] = ("members", "officers")
TALL, TALLER, WIDE = 144, 216, 1.2
"""How high a card is, also at large sizes; the scale from which it is."""


def ask_audience(app: Any, make: Callable[[Audience], object]) -> Sheet:
    """Ask for whom; a touch makes the dossier."""
    sheet = Sheet(title=app.tr("mn.dossier.for"), close_text=app.tr("act.close"), card_width=900)

    def choose(audience: Audience) -> None:
        sheet.close()
        make(audience)

    for audience in AUDIENCES:
        card = RadioCard(
            title=app.tr(f"mn.dossier.{audience}"),
            subtitle=app.tr(f"mn.dossier.{audience}.s"),
            size_hint_y=1,
        )
        card.bind(on_release=lambda _card, audience=audience: choose(audience))
        place = BoxLayout(size_hint_y=None, height=dp(TALLER if app.k >= WIDE else TALL))
        place.add_widget(card)
        sheet.add_widget(place)
    return sheet.open()
