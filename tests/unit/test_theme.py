"""The themes hold their promises of contrast, and the scale its sizes."""

from pathlib import Path

import pytest

from client import theme as look
from client.theme import (
    bar,
    button_paint,
    chip_paint,
    contrast,
    line_height,
    load_scale,
    load_theme,
    rgba,
)

GROUNDS = ("paper", "surface", "sunken", "sel")
TEXT = [
    *[("ink", ground) for ground in (*GROUNDS, "amb_tint", "blu_tint", "grn_tint", "lac_tint")],
    *[("ink2", ground) for ground in (*GROUNDS, "lac_tint", "pagebg")],
    *[(tone, ground) for tone in ("lac", "grn", "amb", "blu")
      for ground in ("paper", "surface", "sel", f"{tone}_tint")],
    ("on_navy", "navy"), ("on_navy", "navy_press"), ("on_navy", "navy_busy"),
    ("on_fill", "lac_fill"), ("on_fill", "lac_press"), ("on_fill", "grn_fill"),
    ("on_fill", "amb_fill"), ("amb_bar_text", "amb_bar"), ("absent_bar_text", "absent_bar"),
    ("on_panel", "panel"), ("on_panel2", "panel"), ("panel_ok", "panel"), ("panel_warn", "panel"),
    ("on_toast", "toast"), ("note_text", "note"), ("note_head", "note"),
    ("inserted_text", "inserted"), ("deleted_text", "deleted"), ("page_text", "page"),
    ("page_text", "highlight1"), ("page_text", "highlight2"),
    ("pen1", "page"), ("pen2", "page"), ("pen3", "page"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_has_a_contrast_of_seven(name: look.ThemeName, text: str, ground: str) -> None:
    theme = load_theme(name)
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 6.995


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "paper", "sunken"])
def test_edges_of_controls_have_a_contrast_of_three(name: look.ThemeName, ground: str) -> None:
    theme = load_theme(name)
    assert contrast(theme.line2, getattr(theme, ground)) >= 3


@pytest.mark.parametrize(
    ("text", "ground", "ratio"),
    [("ink", "paper", 14.4), ("ink", "surface", 16.1), ("ink2", "sunken", 7.4), ("lac", "sel", 7.2),
     ("line2", "surface", 4.1), ("grn", "grn_tint", 7.7), ("on_navy", "navy", 14.2)],
)  # fmt: skip
def test_the_ratios_are_those_of_the_design(text: str, ground: str, ratio: float) -> None:
    theme = load_theme("light")
    found = contrast(getattr(theme, text), getattr(theme, ground))
    assert round(found, 1) == ratio


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("kind", ["primary", "secondary", "danger", "critical", "ghost", "follow"])
@pytest.mark.parametrize("state", ["rest", "press", "off", "busy"])
def test_a_button_reads_in_every_state(name: look.ThemeName, kind: str, state: str) -> None:
    theme = load_theme(name)
    paint = button_paint(theme, kind, state)
    ground = paint.fill if paint.fill[3] else theme.surface
    assert contrast(paint.text, ground) >= 6.995
    if state == "press" and kind != "ghost":
        assert paint != button_paint(theme, kind, "rest")


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("kind", ["neutral", "grn", "amb", "lac", "blu", "solid", "outline"])
def test_a_chip_reads(name: look.ThemeName, kind: str) -> None:
    paint = chip_paint(load_theme(name), kind)
    assert contrast(paint.text, paint.fill) >= 6.995


def test_only_the_dark_theme_is_dark() -> None:
    assert load_theme("dark").dark
    assert not load_theme("light").dark


def test_no_type_is_smaller_than_18_and_no_touch_smaller_than_56() -> None:
    scale = load_scale()
    assert min(scale.type.values()) >= 18
    for name in ("button", "button_small", "tool", "segment", "tab", "field", "field_desk", "key",
                 "touch", "row", "name_row", "pin_key"):  # fmt: skip
        assert scale.bar[name] >= 56
    assert scale.bar["ballot"] >= 120


def test_bars_grow_by_half_with_the_text() -> None:
    assert bar(80, 1.0) == 80
    assert bar(80, 1.3) == pytest.approx(92)


def test_large_type_stands_closer_but_never_below_its_own_height() -> None:
    assert line_height(20) == 1.11
    assert line_height(34) == 1.0


@pytest.mark.parametrize("text", ["", "961B21", "#961B2", "#961B2G", "#961B21FF"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"colour|base 16"):
        rgba(text)


def test_a_theme_with_a_misspelt_token_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "light.toml").write_text('papier = "#FFFFFF"\n', encoding="utf-8")
    monkeypatch.setattr(look, "THEMES", tmp_path)
    with pytest.raises(ValueError, match="papier"):
        load_theme.__wrapped__("light")


def test_a_scale_that_is_no_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scale.toml").write_text("type = 18\n", encoding="utf-8")
    monkeypatch.setattr(look, "THEMES", tmp_path)
    with pytest.raises(TypeError, match="table"):
        load_scale.__wrapped__()
