"""Written comments: who sends one, on what; the queue they come from; taking them into minutes."""

from server.core.redact import personal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.comments import Comment
from server.protocol.fold import apply
from server.protocol.refusals import Code
from server.protocol.state import Personal
from tests.core_meetings import (
    BUILDER,
    CHAIR,
    DIRECTOR,
    DISPLAY,
    SITE,
    Sitting,
    drafts,
    member,
    opened,
    published,
)


def unheard(sitting: Sitting, item: str = "i1") -> tuple[str, ...]:
    found = sitting.state.item(item)
    assert found is not None
    return found.unheard


def test_a_comment_is_kept_with_what_it_is_about_before_the_meeting_too() -> None:
    sitting = published()
    told = sitting.do(c.SendComment("g1", "i2", "  Nên bỏ điểm c. ", "t2m", 1, 3), member(4))
    assert told == (e.CommentSent("g1", member(4), "i2", "Nên bỏ điểm c.", "t2m", 1, 3),)
    kept = Comment("g1", member(4), "i2", "Nên bỏ điểm c.", sitting.now, "t2m", 1, 3)
    assert sitting.state.comments == {"g1": kept}
    assert personal(sitting.state, member(4)) == Personal(comments={"g1": kept})
    assert personal(sitting.state, member(5)) == Personal()


def test_the_same_comment_again_is_no_error_and_another_one_of_that_id_is() -> None:
    sitting = published()
    sitting.do(c.SendComment("g1", "i2", "Một"), member(4))
    assert sitting.do(c.SendComment("g1", "i2", " Một"), member(4)) == ()
    other = c.SendComment("g1", "i2", "Hai")
    assert sitting.refused(other, member(4)) == (Code.COMMENT_EXISTS, {"comment": "g1"})
    same = c.SendComment("g1", "i2", "Một")
    assert sitting.refused(same, member(5)) == (Code.COMMENT_EXISTS, {"comment": "g1"})


def test_comments_that_cannot_be_sent() -> None:
    sitting = published()
    assert sitting.refused(c.SendComment("g", "i2", " \n"), member(4)) == (Code.TEXT_MISSING, {})
    unknown = (Code.ITEM_UNKNOWN, {"item": "x"})
    assert sitting.refused(c.SendComment("g", "x", "Một"), member(4)) == unknown
    assert sitting.refused(c.SendComment("g", "i1", "Một"), DISPLAY) == (Code.NOT_ALLOWED, {})
    not_theirs = (Code.ITEM_UNKNOWN, {"item": "i2"})
    assert sitting.refused(c.SendComment("g", "i2", "Một"), BUILDER) == not_theirs
    assert sitting.refused(c.SendComment("g", "i2", "Một"), SITE) == not_theirs
    sitting.do(c.SendComment("g1", "i2", "Một"), DIRECTOR)
    sitting.do(c.SendComment("g2", "i1", "Một"), SITE)
    assert list(sitting.state.comments) == ["g1", "g2"]


def test_a_paper_that_the_writer_does_not_have_is_left_out() -> None:
    sitting = published()
    for number, (paper, version, who) in enumerate(
        [
            ("t2m", 1, DIRECTOR),
            ("t3", 1, member(4)),
            ("gone", 1, member(4)),
            ("t2", 2, member(4)),
            ("t2", 0, member(4)),
        ]
    ):
        told = sitting.do(c.SendComment(f"g{number}", "i2", "Một", paper, version, 3), who)
        assert told == (e.CommentSent(f"g{number}", who, "i2", "Một"),)


def test_taking_into_the_minutes_and_out_again() -> None:
    sitting = published()
    sitting.do(c.SendComment("g1", "i2", "Một"), member(4))
    assert sitting.do(c.TakeComment("g1", taken=False), CHAIR) == ()
    assert sitting.do(c.TakeComment("g1"), CHAIR) == (e.CommentTaken("g1"),)
    assert sitting.state.comments["g1"].taken_at == sitting.now
    assert sitting.do(c.TakeComment("g1")) == ()
    assert sitting.do(c.TakeComment("g1", taken=False)) == (e.CommentTaken("g1", taken=False),)
    assert sitting.state.comments["g1"].taken_at == 0
    assert sitting.refused(c.TakeComment("g9")) == (Code.COMMENT_UNKNOWN, {"comment": "g9"})
    same = apply(sitting.state, e.Entry(9, e.CommentTaken("g9")))
    assert same == sitting.state


def test_who_asked_and_was_not_called_is_known_when_the_item_is_left() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i1"))
    for number in (2, 3, 4, 5):
        sitting.do(c.AskFloor(), member(number))
    sitting.do(c.GiveFloor(member(2)))
    sitting.do(c.WithdrawFloor(), member(5))
    assert unheard(sitting) == ()
    sitting.do(c.TakeUpItem("i2"))
    assert unheard(sitting) == (member(3), member(4))
    assert personal(sitting.state, member(3)).unheard == ("i1",)
    assert personal(sitting.state, member(2)).unheard == ()
    sitting.do(c.SendComment("g1", "i1", "Tôi định nói", instead=True), member(3))
    assert personal(sitting.state, member(3)).unheard == ()
    sitting.do(c.SendComment("g2", "i1", "Ý khác"), member(4))
    assert personal(sitting.state, member(4)).unheard == ("i1",)


def test_an_item_taken_up_again_hears_those_who_wait() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i1"))
    sitting.do(c.AskFloor(), member(3))
    sitting.do(c.AskFloor(), member(4))
    sitting.do(drafts(c.PostponeItem("i1")))
    assert unheard(sitting) == (member(3), member(4))
    sitting.do(c.TakeUpItem("i1"))
    sitting.do(c.AskFloor(), member(4))
    sitting.do(c.GiveFloor(member(3)))
    sitting.do(c.CloseMeeting())
    assert unheard(sitting) == (member(4),)


def test_a_comment_instead_of_speaking_leaves_the_queue() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i1"))
    sitting.do(c.AskFloor(), member(3))
    sitting.do(c.AskFloor(), member(4))
    told = sitting.do(c.SendComment("g1", "i1", "Tôi định nói", instead=True), member(3))
    sent = e.CommentSent("g1", member(3), "i1", "Tôi định nói", instead=True)
    assert told == (sent, e.FloorWithdrawn(member(3)))
    other = sitting.do(c.SendComment("g2", "i2", "Việc khác", instead=True), member(4))
    assert len(other) == 1
    assert [one.person for one in sitting.state.floor] == [member(4)]
