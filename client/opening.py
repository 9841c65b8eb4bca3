"""The first frame: paper and the mark, on the glass before the rest of the client is even loaded.

Loading the rest takes as long again as opening a window; a person who has just tapped sees at once
that something happens.
"""

from pathlib import Path

from kivy.core.image import Image
from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.metrics import dp

from client.resources import image
from client.theme import load_theme

MARK = 96
"""Size of the mark, in dp."""


def show_opening(folder: Path) -> None:
    """Draw the opening frame now, in the theme that was worn last on this device."""
    theme = load_theme("dark" if _hint(folder).exists() else "light")
    Window.clearcolor = theme.paper
    side = dp(MARK)
    with Window.canvas:
        colour = Color(1, 1, 1, 1)
        mark = Rectangle(
            texture=Image(image("logo")).texture,
            size=(side, side),
            pos=((Window.width - side) / 2, (Window.height - side) / 2),
        )
    Window.dispatch("on_draw")
    Window.dispatch("on_flip")
    Window.canvas.remove(colour)
    Window.canvas.remove(mark)


def remember_theme(folder: Path, *, dark: bool) -> None:
    """Note the theme for the next start."""
    if dark:
        _hint(folder).touch()
    else:
        _hint(folder).unlink(missing_ok=True)


def _hint(folder: Path) -> Path:
    return folder / "dark"
