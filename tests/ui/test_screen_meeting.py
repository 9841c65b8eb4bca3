"""The meeting on a tablet: touches on a real window, commands in a real session's outbox."""

from collections.abc import Iterator
from typing import Any

import pytest

from client import actions as a
from server.protocol import frames as f
from server.protocol.commands import AskFloor, CallHelp, WithdrawFloor
from server.protocol.state import Personal, ShownPage
from tests.ui.story import CHAIR, ROOM, Tablet, meeting, person, sha

pytestmark = pytest.mark.ui


@pytest.fixture
def tablet(stage: Any) -> Iterator[Tablet]:
    device = Tablet(stage)
    yield device
    device.close()


def screen_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.meeting import MeetingScreen

    screen = stage.show(MeetingScreen(tablet))
    tablet.turn()
    stage.step(5)
    return screen


def rows(screen: Any) -> list[Any]:
    return list(reversed(screen.agenda.ids.rows.children))


def paper_tabs(screen: Any) -> list[Any]:
    return list(reversed(screen.ids.tabs.ids.tabs.children))


def test_looks_like_its_picture(stage, tablet, check_screen):
    screen = screen_of(stage, tablet.in_meeting())
    assert [row.title for row in rows(screen)][2] == "Chuyển đổi số"
    assert rows(screen)[2].selected
    assert rows(screen)[2].live
    assert [tab.text for tab in paper_tabs(screen)][0] == "Tờ trình"
    stage.shot("meeting-reader")
    check_screen(screen)
