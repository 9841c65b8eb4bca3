"""The lobby, by touches on a real window."""

from typing import Any

import pytest
from msgspec.structs import replace

from client import actions as a
from client.state import Download
from server.protocol import frames as f
from server.protocol.commands import CallHelp
from server.protocol.state import ShownPage
from tests.ui.story import CHAIR, ITEMS, LOOKS, ROOM, Look, Tablet, at, card, meeting, paper

pytestmark = pytest.mark.ui


def screen_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.lobby import LobbyScreen

    screen = stage.show(LobbyScreen(tablet))
    stage.step(5)
    return screen


LATER = (
    card("m28a", title="Thường trực Tỉnh ủy giao ban", place="Phòng họp B", starts_at=at(8, 0, 25)),
    card("m28", title="Ban Thường vụ lần thứ 28", starts_at=at(8, 0, 15, 10)),
    card(
        "m13",
        title="Ban Chấp hành Đảng bộ tỉnh lần thứ 13 (mở rộng)",
        place="Hội trường lớn",
        starts_at=at(8, 0, 29, 12),
    ),
)


def busy(tablet: Tablet) -> Tablet:
    """Today's meeting and three later ones, in every state of their papers."""
    tablet.signed_in()
    tablet.dispatch(f.Meetings((card(), *LATER)))
    one = replace(ITEMS[1], papers=tuple(paper(f"x{n}", "Báo cáo", 3) for n in range(5)))
    other = replace(ITEMS[1], papers=tuple(paper(f"y{n}", "Báo cáo", 3) for n in range(5)))
    for room, items in (("m28a", (one,)), ("m28", ()), ("m13", (other,))):
        state = replace(meeting(items=items, current="", agenda_version=1), id=room)
        tablet.dispatch(f.Snapshot(room, "e", 1, state))
    for held in (*one.papers, *other.papers[:3]):
        download = Download(1, 1, stored=True)
        tablet.dispatch(a.DownloadChanged(held.files[0].view_sha256, download))
    return tablet


def test_looks_like_its_picture(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    screen = screen_of(stage, busy(tablet))
    assert screen.title == "Hội nghị Ban Thường vụ lần thứ 27"
    assert screen.chip == "Hôm nay · còn 12 phút nữa bắt đầu"
    assert screen.count == "4/5"
    stage.shot("lobby")
    check_screen(screen)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_and_language_fits(
    stage: Any, tablet: Tablet, check_screen: Any, look: Look
) -> None:
    busy(tablet)
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    screen = screen_of(stage, tablet)
    stage.shot(f"lobby-{look}")
    check_screen(screen)


def buttons(screen: Any) -> dict[str, Any]:
    from client.widgets.button import StyledButton

    return {one.icon or one.text: one for one in screen.walk() if isinstance(one, StyledButton)}


def test_entering_goes_to_the_presenters_page(stage: Any, tablet: Tablet) -> None:
    tablet.signed_in()
    tablet.dispatch(f.Snapshot(ROOM, "e", 2, meeting()))
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 6)))
    screen = screen_of(stage, tablet)
    stage.tap(buttons(screen)["arrow-right"])
    place = tablet.state.place
    assert (place.screen, place.item, place.paper, place.version) == ("meeting", "i2", "p2b", 3)
    assert tablet.state.places["p2b"].page == 6


def test_reading_ahead_opens_the_first_paper(stage: Any, tablet: Tablet) -> None:
    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["book-2"])
    assert (tablet.state.place.screen, tablet.state.place.paper) == ("meeting", "p0")


def test_practising_opens_the_ballot(stage: Any, tablet: Tablet) -> None:
    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["checklist"])
    assert (tablet.state.place.screen, tablet.state.place.poll) == ("poll", "practice")
    assert tablet.commands == []
    tablet.dispatch(a.Practised())
    stage.step(3)
    assert screen.count == "5/5"
    assert screen.tried


def test_a_later_meeting_opens(stage: Any, tablet: Tablet) -> None:
    screen = screen_of(stage, busy(tablet))
    stage.tap(screen.ids.coming.children[-1].children[0])
    assert (tablet.state.place.screen, tablet.state.place.room) == ("meeting", "m28a")


def test_no_meeting_at_all(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    tablet.signed_in()
    tablet.dispatch(f.Meetings(()))
    screen = screen_of(stage, tablet)
    stage.shot("lobby-empty")
    check_screen(screen)
    assert not screen.some


def test_an_agenda_that_has_not_come_yet(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    tablet.paired()
    tablet.dispatch(f.SignedIn("dG9rZW4", "p07", "Vũ Thị Hồng Hạnh"))
    tablet.dispatch(f.Meetings((card(),)))
    screen = screen_of(stage, tablet)
    assert not screen.can_enter
    check_screen(screen)


def test_help_from_the_lobby_goes_to_todays_meeting(stage: Any, tablet: Tablet) -> None:
    from kivy.core.window import Window

    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["lifebuoy"])
    stage.step(20)
    Window.children[0].call("mic")
    assert tablet.commands == [CallHelp("mic")]
    assert tablet.state.pending[0].room == ROOM
    tablet.dispatch(a.CommandAccepted(tablet.state.pending[0], 1))
    stage.step(2)
    assert screen.toasts.current.text == "Đã gọi hỗ trợ, xin chờ tại chỗ"


def test_leaving(stage: Any, tablet: Tablet) -> None:
    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["logout"])
    assert tablet.state.login is None
