"""The bottom bar of the reader: its tools follow what the person may do now."""

from typing import Any

from client.screens.meeting.tray import ToolTray
from client.widgets.tool import Tool


def named(tray: ToolTray) -> set[str]:
    shown = {spec.name: tray.tools.tool(spec.name) for spec in tray.tools._specs}
    return {name for name, tool in shown.items() if isinstance(tool, Tool)}


def test_tools_come_with_the_right_to_write_and_go_with_it(stage: Any) -> None:
    tray = stage.show(ToolTray(size_hint=(1, None), height=100))
    stage.settle()
    assert named(tray) == {"pages", "find", "whole", "opinion"}
    tray.can_write = True
    stage.settle()
    assert named(tray) == {"pages", "find", "whole", "bookmark", "notes", "opinion"}
    tray.can_find = False
    stage.settle()
    assert "find" not in named(tray)
    tray.can_write = False
    stage.settle()
    assert named(tray) == {"pages", "whole", "opinion"}
