"""The lobby, by touches on a real window."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from client import actions as a
from client.state import Preferences
from server.protocol import frames as f
from server.protocol.commands import CallHelp
from server.protocol.state import ShownPage
from tests.ui.story import BODY, CHAIR, ITEMS, ROOM, Tablet, at, card, meeting, paper

pytestmark = pytest.mark.ui


@pytest.fixture
def tablet(stage: Any) -> Iterator[Tablet]:
    device = Tablet(stage)
    yield device
    device.close()


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
    for room, items, held in (("m28a", (one,), 5), ("m28", (), 0), ("m13", (one,), 3)):
        state = replace(meeting(items=items, current="", agenda_version=1), id=room)
        tablet.dispatch(f.Snapshot(room, "e", 1, state))
        assert BODY
        assert held >= 0
    for n in range(5):
        file = one.papers[n].files[0]
        from client.state import Download

        tablet.dispatch(a.DownloadChanged(file.view_sha256, Download(1, 1, stored=True)))
    return tablet


def test_looks_like_its_picture(stage, tablet, check_screen):
    screen = screen_of(stage, busy(tablet))
    assert screen.title == "Hội nghị Ban Thường vụ lần thứ 27"
    assert screen.chip == "Hôm nay · còn 12 phút nữa bắt đầu"
    assert screen.count == "4/5"
    stage.shot("lobby")
    check_screen(screen)


@pytest.mark.parametrize("size", ["normal", "large", "xlarge"])
@pytest.mark.parametrize(("language", "theme"), [("vi", "dark"), ("en", "light")])
def test_every_size_and_language_fits(stage, tablet, check_screen, size, language, theme):
    busy(tablet)
    tablet.dispatch(
        a.PreferencesChanged(Preferences(language=language, theme=theme, text_size=size))
    )
    screen = screen_of(stage, tablet)
    stage.shot(f"lobby-{size}-{language}-{theme}")
    check_screen(screen)


def buttons(screen: Any) -> dict[str, Any]:
    from client.widgets.button import StyledButton

    return {one.icon or one.text: one for one in screen.walk() if isinstance(one, StyledButton)}


def test_entering_goes_to_the_presenters_page(stage, tablet):
    tablet.signed_in()
    tablet.dispatch(f.Snapshot(ROOM, "e", 2, meeting()))
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 6)))
    screen = screen_of(stage, tablet)
    stage.tap(buttons(screen)["arrow-right"])
    place = tablet.state.place
    assert (place.screen, place.item, place.paper, place.version) == ("meeting", "i2", "p2b", 3)
    assert tablet.state.places["p2b"].page == 6


def test_reading_ahead_opens_the_first_paper(stage, tablet):
    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["book-2"])
    assert (tablet.state.place.screen, tablet.state.place.paper) == ("meeting", "p0")


def test_practising_opens_the_ballot(stage, tablet):
    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["checklist"])
    assert (tablet.state.place.screen, tablet.state.place.poll) == ("poll", "practice")
    assert tablet.commands == []
    tablet.dispatch(a.Practised())
    stage.step(3)
    assert screen.count == "5/5"
    assert screen.tried


def test_a_later_meeting_opens(stage, tablet):
    screen = screen_of(stage, busy(tablet))
    stage.tap(list(reversed(screen.ids.coming.children))[0].children[0])
    assert (tablet.state.place.screen, tablet.state.place.room) == ("meeting", "m28a")


def test_no_meeting_at_all(stage, tablet, check_screen):
    tablet.signed_in()
    tablet.dispatch(f.Meetings(()))
    screen = screen_of(stage, tablet)
    stage.shot("lobby-empty")
    check_screen(screen)
    assert not screen.some


def test_an_agenda_that_has_not_come_yet(stage, tablet, check_screen):
    tablet.paired()
    tablet.dispatch(f.SignedIn("dG9rZW4", "p07", "Vũ Thị Hồng Hạnh"))
    tablet.dispatch(f.Meetings((card(),)))
    screen = screen_of(stage, tablet)
    assert not screen.can_enter
    check_screen(screen)


def test_help_from_the_lobby_goes_to_todays_meeting(stage, tablet):
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


def test_leaving(stage, tablet):
    screen = screen_of(stage, tablet.signed_in())
    stage.tap(buttons(screen)["logout"])
    assert tablet.state.login is None
