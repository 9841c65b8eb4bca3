"""A ballot that was put aside and is asked for once more: a calm band that leads back to it."""

from typing import Any

import pytest

from client import actions as a
from server.protocol import frames as f
from server.protocol.events import Entry, PollReminded
from server.protocol.state import Poll, Rule
from tests.ui.story import ROOM, Tablet, at, meeting, person

pytestmark = pytest.mark.ui


@pytest.mark.parametrize(("size", "language"), [("normal", "vi"), ("xlarge", "en")])
def test_a_band_leads_back_to_the_ballot(
    stage: Any, tablet: Tablet, check_screen: Any, size: str, language: str
) -> None:
    from client.screens.meeting import MeetingScreen

    stage.wear("light", size, language)
    electorate = tuple(person(n) for n in range(1, 14))
    poll = Poll("q2", "i2", "Thông qua?", Rule(), "open", opened_at=at(9, 30), present=13,
                members=15, need=8, electorate=electorate)  # fmt: skip
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(f.Snapshot(ROOM, "e", 3, meeting(polls={"q2": poll})))
    assert tablet.state.place.screen == "poll"
    tablet.dispatch(a.BallotPutAside(aside=True))
    screen = stage.show(MeetingScreen(tablet))
    tablet.turn()
    stage.step(5)
    assert screen.banners.children == []
    reminded = Entry(at(9, 31), PollReminded("q2"), "tt")
    tablet.dispatch(f.Events(ROOM, "e", 4, (reminded,)))
    stage.step(20)
    assert screen.toasts.current is not None, "said once, in passing"
    stage.shot(f"meeting-reminded-{size}-{language}")
    screen.toasts.hide()
    check_screen(screen)
    (band,) = screen.banners.children
    assert band.icon == "bell"
    buttons = list(reversed(band.ids.buttons.children))
    stage.tap(buttons[-1])
    assert (tablet.state.place.screen, tablet.state.place.minimised) == ("poll", False)
