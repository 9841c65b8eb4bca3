"""Kivy knows rules by the name of a class alone: two classes of one name would share theirs."""

import re
from collections import Counter
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "client"
_RULE = re.compile(r"^<([^>]+)>:", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+)\(", re.MULTILINE)


def twice(names: list[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count > 1}


def rules() -> list[str]:
    return [
        name.strip().lstrip("-").split("@")[0]
        for path in CLIENT.rglob("*.kv")
        for names in _RULE.findall(path.read_text(encoding="utf-8"))
        for name in names.split(",")
    ]


def test_no_two_rules_are_for_one_name() -> None:
    assert len(rules()) > 100
    assert twice(rules()) == set()


def test_no_two_widgets_with_a_rule_share_a_name() -> None:
    ruled = set(rules())
    classes = [
        name
        for folder in ("screens", "widgets")
        for path in (CLIENT / folder).rglob("*.py")
        for name in _CLASS.findall(path.read_text(encoding="utf-8"))
        if name in ruled
    ]
    assert twice(classes) == set()
