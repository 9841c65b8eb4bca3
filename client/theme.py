"""What things look like: colours of the two themes and the one scale of type, space and sizes.

Pure: no Kivy, no pixels. The numbers stand in ``assets/themes/*.toml`` and nowhere else; a screen
reads ``app.theme`` for colours and ``client.widgets.metrics`` for sizes in pixels.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Literal

from client.resources import THEMES

Rgba = tuple[float, float, float, float]
ThemeName = Literal["light", "dark"]

TEXT_SCALES: Mapping[str, float] = {"normal": 1.0, "large": 1.15, "xlarge": 1.3}
"""Thường, Lớn, Rất lớn: the factor ``k`` that multiplies every text size."""

LARGE_TYPE = 34
"""From this size (sp) on, lines stand at the font's own height instead of 1.4 em."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colour tokens, each an rgba tuple of 0..1.

    ``navy`` fills what can be acted on, ``lac`` is "now" and "against"; a token ``x_tint`` is the
    pale ground for text in ``x``; ``x_fill`` stays dark in both themes and carries ``on_fill``.
    ``panel`` is the navy sign-in panel, ``page`` and ``page_text`` are a paper's page.
    """

    name: str
    paper: Rgba
    surface: Rgba
    sunken: Rgba
    pagebg: Rgba
    page: Rgba
    page_text: Rgba
    line: Rgba
    line2: Rgba
    ink: Rgba
    ink2: Rgba
    navy: Rgba
    navy_press: Rgba
    navy_busy: Rgba
    on_navy: Rgba
    sel: Rgba
    lac: Rgba
    lac_tint: Rgba
    lac_fill: Rgba
    lac_press: Rgba
    grn: Rgba
    grn_tint: Rgba
    grn_fill: Rgba
    amb: Rgba
    amb_tint: Rgba
    amb_fill: Rgba
    amb_bar: Rgba
    amb_bar_text: Rgba
    blu: Rgba
    blu_tint: Rgba
    absent_bar: Rgba
    absent_bar_text: Rgba
    on_fill: Rgba
    panel: Rgba
    on_panel: Rgba
    on_panel2: Rgba
    panel_ok: Rgba
    panel_warn: Rgba
    toast: Rgba
    on_toast: Rgba
    toast_line: Rgba
    scrim: Rgba
    note: Rgba
    note_text: Rgba
    note_edge: Rgba
    note_head: Rgba
    inserted: Rgba
    inserted_text: Rgba
    inserted_line: Rgba
    deleted: Rgba
    deleted_text: Rgba
    highlight1: Rgba
    highlight2: Rgba
    hit_frame: Rgba
    pen1: Rgba
    pen2: Rgba
    pen3: Rgba
    clear: Rgba = field(default=(0.0, 0.0, 0.0, 0.0))

    @property
    def dark(self) -> bool:
        """Whether cards and pages are dark."""
        return self.name == "dark"


@dataclass(frozen=True, slots=True)
class Scale:
    """Type sizes in sp, radii, heights that grow with the text size, and widths that do not."""

    type: Mapping[str, float]
    radius: Mapping[str, float]
    bar: Mapping[str, float]
    width: Mapping[str, float]


def rgba(text: str) -> Rgba:
    """The colour of ``#RRGGBB``; raises ValueError for anything else."""
    if len(text) != 7 or not text.startswith("#"):  # noqa: PLR2004
        raise ValueError(f"not a colour #RRGGBB: {text!r}")
    red, green, blue = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, 1.0


def _read(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def load_theme(name: ThemeName) -> Theme:
    """The theme of that name; raises ValueError when its file misses or misspells a token."""
    found = _read(THEMES / f"{name}.toml")
    wanted = {f.name for f in fields(Theme)} - {"name", "clear"}
    if wanted != set(found):
        raise ValueError(f"theme {name}: tokens differ: {sorted(wanted ^ set(found))}")
    return Theme(name=name, **{token: rgba(str(value)) for token, value in found.items()})


@cache
def load_scale() -> Scale:
    """The scale of ``assets/themes/scale.toml``."""
    found = _read(THEMES / "scale.toml")
    return Scale(**{f.name: _numbers(found[f.name]) for f in fields(Scale)})


def _numbers(table: object) -> Mapping[str, float]:
    if not isinstance(table, dict):
        raise TypeError("a scale is a table of numbers")
    return {str(name): float(value) for name, value in table.items()}


def bar(height: float, k: float) -> float:
    """The height of a bar, row or button at text scale ``k``: half of it grows with the text."""
    return height * (0.5 + 0.5 * k)


def line_height(size: float) -> float:
    """Kivy's ``Label.line_height`` for a text size in sp: 1.4 em, or 1.265 em for large type.

    The font's own ascent and descent are 1.265 em; less would cut stacked marks (Ộ, Ữ).
    """
    return 1.0 if size >= LARGE_TYPE else 1.11


def luminance(colour: Rgba) -> float:
    """Relative luminance by the WCAG 2 formula."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgba, other: Rgba) -> float:
    """The WCAG 2 contrast ratio, 1..21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True, slots=True)
class Paint:
    """The three colours of a control in one state."""

    fill: Rgba
    edge: Rgba
    text: Rgba


_BUTTONS = {
    "primary": (("navy", "navy"), ("navy_press", "navy_press"), "on_navy"),
    "secondary": (("surface", "line2"), ("sel", "navy"), "ink"),
    "danger": (("surface", "lac"), ("lac_tint", "lac"), "lac"),
    "critical": (("lac_fill", "lac_fill"), ("lac_press", "lac_press"), "on_fill"),
    "ghost": (("clear", "clear"), ("sel", "sel"), "ink"),
    "follow": (("blu_tint", "blu"), ("sel", "blu"), "blu"),
}
"""Kind of a button: fill and edge at rest, fill and edge pressed, text."""


def button_paint(theme: Theme, kind: str, state: str) -> Paint:
    """Fill, edge and text of a button; a secondary press shows in the edge as well as the fill."""
    if state == "off":
        return Paint(theme.sunken, theme.line, theme.ink2)
    if state == "busy":
        return Paint(theme.navy_busy, theme.navy_busy, theme.on_navy)
    pressed = state == "press"
    rest, press, text = _BUTTONS[kind]
    fill, edge = press if pressed else rest
    return Paint(getattr(theme, fill), getattr(theme, edge), getattr(theme, text))


def chip_paint(theme: Theme, kind: str) -> Paint:
    """Fill, edge and text of a chip: neutral, grn, amb, lac, blu, solid (lacquer) or outline."""
    if kind == "solid":
        return Paint(theme.lac_fill, theme.lac_fill, theme.on_fill)
    if kind == "outline":
        return Paint(theme.paper, theme.line2, theme.ink)
    if kind == "neutral":
        return Paint(theme.sunken, theme.sunken, theme.ink)
    fill, text = getattr(theme, f"{kind}_tint"), getattr(theme, kind)
    return Paint(fill, fill, text)
