"""Publishing drafts: one batch, all or none; numbers, versions, papers."""

import pytest
from msgspec.structs import replace

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.refusals import Code
from server.protocol.state import AgendaItem, Paper
from tests.core_meetings import (
    BUILDER,
    DIRECTOR,
    Sitting,
    begun,
    drafts,
    member,
    opened,
    pdf,
    published,
    roll,
)


def agenda(sitting: Sitting) -> list[tuple[str, int, int, int]]:
    return [(i.id, i.number, i.added_in, i.changed_in) for i in sitting.state.items]


def test_nothing_to_publish() -> None:
    assert begun().refused(c.PublishChanges(())) == (Code.NOTHING_TO_PUBLISH, {})


def test_the_first_publication_is_version_one() -> None:
    sitting = begun()
    events = sitting.do(
        drafts(
            c.AddItem("i0", 0, " Khai mạc ", " Mở ", 5, "Chủ trì", "none"),
            c.FilePaper("i0", "t0", " Chương trình ", "Chương trình", "01-CTr", file=pdf("a")),
        )
    )
    item = AgendaItem("i0", 0, "Khai mạc", "Mở", 5, "Chủ trì", "none")
    paper = Paper("t0", "Chương trình", "Chương trình", "01-CTr", files=(pdf("a"),))
    assert events == (
        e.ItemAdded(item, 0),
        e.PaperFiled("i0", paper),
        e.AgendaPublished(1, ("d0", "d1")),
    )
    assert (sitting.state.agenda_version, sitting.state.agenda_published_at) == (1, sitting.now)


def test_story_a_an_urgent_item_makes_version_two() -> None:
    sitting = published()
    events = sitting.do(drafts(c.AddItem("i5", 2, "Mưa lũ", "Mưa lũ", 15)))
    assert [type(event).__name__ for event in events] == [
        "ItemAdded",
        "ItemEdited",
        "ItemEdited",
        "AgendaPublished",
    ]
    assert agenda(sitting) == [
        ("i0", 0, 1, 1),
        ("i1", 1, 1, 1),
        ("i5", 2, 2, 2),
        ("i2", 3, 1, 1),
        ("i3", 4, 1, 1),
    ]
    assert sitting.state.agenda_version == 2


def test_an_edit_that_only_renumbers_keeps_guests_papers_and_progress() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i2"))
    sitting.do(c.ConcludeItem("i2", "Xong"))
    before = sitting.state.item("i2")
    assert before is not None
    sitting.do(drafts(c.AddItem("i9", 0, "A", "A")))
    assert sitting.state.item("i2") == replace(before, number=3)
    assert sitting.state.roll[DIRECTOR].items == ("i2",)


def test_moving_marks_the_moved_item_only() -> None:
    sitting = published()
    sitting.do(drafts(c.MoveItem("i3", 1)))
    assert agenda(sitting) == [
        ("i0", 0, 1, 1),
        ("i3", 1, 1, 2),
        ("i1", 2, 1, 1),
        ("i2", 3, 1, 1),
    ]


def test_moving_there_and_back_is_still_a_change_of_the_item() -> None:
    sitting = published()
    sitting.do(drafts(c.MoveItem("i3", 0), c.MoveItem("i3", 3)))
    assert agenda(sitting)[3] == ("i3", 3, 1, 2)


def test_dropping_renumbers_and_uninvites() -> None:
    sitting = published()
    sitting.do(drafts(c.DropItem("i2")))
    assert agenda(sitting) == [("i0", 0, 1, 1), ("i1", 1, 1, 1), ("i3", 2, 1, 1)]
    assert sitting.state.roll[DIRECTOR].items == ()


def test_a_moved_item_that_is_then_dropped_leaves_no_edit() -> None:
    sitting = published()
    events = sitting.do(drafts(c.MoveItem("i3", 2), c.DropItem("i3")))
    assert [type(event).__name__ for event in events] == [
        "ItemMoved",
        "ItemDropped",
        "AgendaPublished",
    ]


def test_setting_aside_and_taking_back() -> None:
    sitting = published()
    assert e.ItemPostponed("i2", hold=True) in sitting.do(drafts(c.PostponeItem("i2")))
    assert [item.status for item in sitting.state.items][2] == "hold"
    assert agenda(sitting)[2] == ("i2", 2, 1, 2)
    assert sitting.do(drafts(c.PostponeItem("i2"))) == (e.AgendaPublished(2, ("d0",)),)
    assert e.ItemPostponed("i2", hold=False) in sitting.do(drafts(c.PostponeItem("i2", hold=False)))
    assert [item.status for item in sitting.state.items] == ["waiting"] * 4


def test_setting_the_current_item_aside_clears_the_table() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i2"))
    sitting.do(c.AskFloor(), member(2))
    sitting.do(c.GiveFloor(member(3)))
    sitting.do(drafts(c.PostponeItem("i2")))
    state = sitting.state
    assert (state.current, state.floor, state.speaking) == ("", (), None)


def test_editing_changes_what_is_named_and_keeps_the_rest() -> None:
    sitting = published()
    events = sitting.do(
        drafts(
            c.EditItem(
                "i2", " Tên mới ", " Mới ", 50, "Sở TTTT", "consensus", (BUILDER, DIRECTOR), True
            )
        )
    )
    edited = AgendaItem(
        "i2", 2, "Tên mới", "Mới", 50, "Sở TTTT", "consensus", sites=True, changed_in=2
    )
    assert events == (e.ItemEdited(edited, (DIRECTOR, BUILDER)), e.AgendaPublished(2, ("d0",)))
    item = sitting.state.items[2]
    assert (item.title, item.sites, len(item.papers)) == ("Tên mới", True, 2)
    assert sitting.state.roll[BUILDER].items == ("i3", "i2")


def test_uninviting_everybody() -> None:
    sitting = published()
    sitting.do(drafts(c.EditItem("i2", guests=())))
    assert sitting.state.roll[DIRECTOR].items == ()


@pytest.mark.parametrize(
    "change",
    [
        c.EditItem("i2"),
        c.EditItem("i2", title=" Nghị quyết số "),
        c.EditItem("i2", guests=(DIRECTOR,)),
        c.MoveItem("i2", 2),
        c.PostponeItem("i2", hold=False),
    ],
)
def test_a_draft_that_changes_nothing_is_published_without_events(change: c.Change) -> None:
    sitting = published()
    papers = c.Draft("d7", c.ReplacePaper("t2", pdf("2")))
    answer = sitting.do(c.PublishChanges((c.Draft("d1", change), papers)))
    assert answer == (e.AgendaPublished(1, ("d1", "d7")),)


def test_people_invited_on_the_roll_before_the_item_exists_stay_invited() -> None:
    entries = tuple(replace(one, items=("i2",)) if one.person == BUILDER else one for one in roll())
    sitting = begun(entries)
    (added, _) = sitting.do(drafts(c.AddItem("i2", 0, "A", "A", guests=(DIRECTOR,))))
    assert isinstance(added, e.ItemAdded)
    assert added.guests == (DIRECTOR, BUILDER)


# ---- papers --------------------------------------------------------------------------------------


def test_papers_alone_raise_their_own_version_and_not_the_agendas() -> None:
    sitting = published()
    events = sitting.do(drafts(c.ReplacePaper("t2", pdf("9")), c.WithdrawPaper("t2m")))
    assert events == (
        e.PaperReplaced("t2", pdf("9")),
        e.PaperWithdrawn("t2m"),
        e.AgendaPublished(1, ("d0", "d1")),
    )
    (paper,) = sitting.state.items[2].papers
    assert (paper.version, paper.file, paper.replaced_at) == (2, pdf("9"), sitting.now)


def test_papers_and_items_together_raise_the_agendas() -> None:
    sitting = published()
    sitting.do(drafts(c.ReplacePaper("t2", pdf("9")), c.MoveItem("i3", 0)))
    assert sitting.state.agenda_version == 2


def test_a_placeholder_of_numbered_copies() -> None:
    sitting = published()
    sitting.do(drafts(c.FilePaper("i3", "t4", "Nhân sự", classification="confidential", copies=13)))
    paper = sitting.state.items[3].papers[1]
    assert (paper.version, paper.file, paper.copies) == (0, None, 13)
    code, params = sitting.refused(drafts(c.ReplacePaper("t4", pdf("5"))))
    assert (code, params) == (Code.PAPER_CLASSIFIED, {"paper": "t4", "draft": "d0"})


def test_a_placeholder_that_is_not_classified_gets_its_file_later() -> None:
    sitting = published()
    sitting.do(drafts(c.FilePaper("i3", "t4", "Bản in", copies=5)))
    sitting.do(drafts(c.ReplacePaper("t4", pdf("5"))))
    assert sitting.state.items[3].papers[1].version == 1


def test_papers_are_filed_and_replaced_during_the_meeting() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i2"))
    sitting.do(drafts(c.FilePaper("i2", "t9", "Mới", file=pdf("9"))))
    assert sitting.state.items[2].status == "now"


# ---- refusals, each naming its draft -------------------------------------------------------------

ADD = c.AddItem("n", 0, "A", "A")
REFUSED: list[tuple[c.Change, Code, dict[str, str | int]]] = [
    (c.AddItem("i1", 0, "A", "A"), Code.ITEM_EXISTS, {"item": "i1"}),
    (c.AddItem("n", 0, "  ", "A"), Code.TITLE_MISSING, {}),
    (c.AddItem("n", 5, "A", "A"), Code.POSITION_WRONG, {"position": 5, "last": 4}),
    (c.AddItem("n", 0, "A", "A", guests=("x",)), Code.PERSON_NOT_ON_ROLL, {"person": "x"}),
    (c.AddItem("n", 0, "A", "A", guests=("uv2",)), Code.PERSON_NOT_ON_ROLL, {"person": "uv2"}),
    (c.EditItem("x"), Code.ITEM_UNKNOWN, {"item": "x"}),
    (c.EditItem("i1", title=" "), Code.TITLE_MISSING, {}),
    (c.EditItem("i1", guests=("x",)), Code.PERSON_NOT_ON_ROLL, {"person": "x"}),
    (c.MoveItem("x", 0), Code.ITEM_UNKNOWN, {"item": "x"}),
    (c.MoveItem("i1", 4), Code.POSITION_WRONG, {"position": 4, "last": 3}),
    (c.DropItem("x"), Code.ITEM_UNKNOWN, {"item": "x"}),
    (c.PostponeItem("x"), Code.ITEM_UNKNOWN, {"item": "x"}),
    (c.FilePaper("x", "n", "A", file=pdf("a")), Code.ITEM_UNKNOWN, {"item": "x"}),
    (c.FilePaper("i1", "t2", "A", file=pdf("a")), Code.PAPER_EXISTS, {"paper": "t2"}),
    (c.FilePaper("i1", "n", " ", file=pdf("a")), Code.TITLE_MISSING, {}),
    (c.FilePaper("i1", "n", "A"), Code.PAPER_HAS_NO_FILE, {"paper": "n"}),
    (
        c.FilePaper("i1", "n", "A", classification="secret", file=pdf("a")),
        Code.PAPER_CLASSIFIED,
        {"paper": "n"},
    ),
    (c.ReplacePaper("x", pdf("a")), Code.PAPER_UNKNOWN, {"paper": "x"}),
    (c.WithdrawPaper("x"), Code.PAPER_UNKNOWN, {"paper": "x"}),
]


@pytest.mark.parametrize(("change", "code", "params"), REFUSED)
def test_all_or_none_and_the_refusal_names_the_draft(
    change: c.Change, code: Code, params: dict[str, str | int]
) -> None:
    batch = c.PublishChanges((c.Draft("good", c.MoveItem("i3", 0)), c.Draft("bad", change)))
    assert published().refused(batch) == (code, {**params, "draft": "bad"})


def test_drafts_see_those_before_them() -> None:
    sitting = published()
    sitting.do(drafts(ADD, c.FilePaper("n", "t", "A", file=pdf("a")), c.MoveItem("n", 4)))
    assert sitting.refused(drafts(c.DropItem("n"), c.EditItem("n", title="B")))[1]["draft"] == "d1"


def test_the_item_under_discussion_and_those_that_are_done_are_not_dropped() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i1"))
    assert sitting.refused(drafts(c.DropItem("i1"))) == (
        Code.ITEM_CURRENT,
        {"item": "i1", "draft": "d0"},
    )
    sitting.do(c.TakeUpItem("i2"))
    done = (Code.ITEM_DONE, {"item": "i1", "draft": "d0"})
    assert sitting.refused(drafts(c.DropItem("i1"))) == done
    assert sitting.refused(drafts(c.PostponeItem("i1"))) == done


def test_an_item_that_was_polled_is_not_dropped() -> None:
    sitting = opened().poll("p3", "i3")
    assert sitting.refused(drafts(c.PostponeItem("i3"))) == (
        Code.POLL_STILL_OPEN,
        {"item": "i3", "poll": "p3", "draft": "d0"},
    )
    sitting.do(drafts(c.PostponeItem("i2")))
    sitting.do(c.ClosePoll("p3"))
    sitting.do(drafts(c.PostponeItem("i3")))
    assert sitting.refused(drafts(c.DropItem("i3"))) == (
        Code.ITEM_HAS_POLL,
        {"item": "i3", "draft": "d0"},
    )
    sitting.do(c.AnnulPoll("p3", "Nhầm"))
    sitting.do(drafts(c.DropItem("i3")))
    assert [item.id for item in sitting.state.items] == ["i0", "i1", "i2"]
