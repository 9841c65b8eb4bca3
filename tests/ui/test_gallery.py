"""Every widget in every state, checked by rule and kept as a picture."""

import itertools
import os
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.ui

GALLERY = Path(__file__).parent / "gallery"
MODULES = (
    "ballot banner button card chip dialog field icon keyboard label person pin progress rail rows "
    "stepper toast tool topbar"
)

SOME = [("light", "normal"), ("light", "large"), ("light", "xlarge"), ("dark", "normal")]
LOOKS = [
    (theme, size, language)
    for theme, size in itertools.product(("light", "dark"), ("normal", "large", "xlarge"))
    for language in ("vi", "en")
    if (theme, size) in SOME or "PHIENHOP_SHOTS" in os.environ
]
"""Every look where somebody wants the pictures; without them those that can break a rule."""


def kv(name: str) -> Any:
    """A page of the gallery: NAME.kv in its folder."""
    import importlib

    from kivy.lang import Builder

    for module in MODULES.split():
        importlib.import_module(f"client.widgets.{module}")
    rules = str(GALLERY / "rules.kv")
    if rules not in Builder.files:
        Builder.load_file(rules)
    return Builder.load_string((GALLERY / f"{name}.kv").read_text(encoding="utf-8"))


def states(app: Any) -> Any:
    root = kv("states")
    from client.widgets.dialog import Dialog

    tr = app.tr
    dialog = Dialog(
        title=tr("dlg.title"),
        body=tr("dlg.body", n=2, names="Hoàng Thị Lan Phương, Ngô Xuân Trường"),
        safe_text=tr("dlg.wait"),
        act_text=tr("vd.close"),
        shade=1,
    )
    card = dialog.ids.card
    dialog.remove_widget(card)
    card.size_hint_x = 1
    root.ids.dialog.add_widget(card)
    root.dialog = dialog
    return root


def test_states_keep_the_rules_at_the_normal_size(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1630)
    root = stage.show(states(stage.app))
    stage.shot("states")
    check_screen(root)


def test_the_rest_keeps_the_rules_at_the_normal_size(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1630)
    root = stage.show(kv("rest"))
    stage.shot("rest")
    check_screen(root)


@pytest.mark.parametrize(("theme", "size", "language"), LOOKS[1:])
def test_every_widget_keeps_the_rules_in_every_look(
    stage: Any, check_screen: Any, theme: Any, size: str, language: str
) -> None:
    stage.resize(1920, 1630)
    stage.wear(theme, size, language)
    for name, make in (("states", states), ("rest", lambda _app: kv("rest"))):
        root = stage.show(make(stage.app), frames=0)
        if "PHIENHOP_SHOTS" in os.environ:
            stage.shot(f"{name}-{theme}-{size}-{language}")
        check_screen(root)
