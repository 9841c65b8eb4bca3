"""Story A played to its end by the real rules, and sealed as a journal would keep it."""

from server.journal.port import Sealed, seal
from server.protocol import commands as c
from server.protocol.events import Entry, Record
from tests.story import START, Story, counts

CONCLUSION = "Thông qua dự thảo Nghị quyết; giao Văn phòng Tỉnh ủy tiếp thu, hoàn chỉnh, trình ký."


def played() -> Story:
    """Items 0 to 6: two polls, one of which fails, one annulled, a ballot by hand; who spoke, and
    two comments, one of them in the minutes.
    """
    story = Story().open()
    for person in ("p02", "p03", "p12", "p02"):
        story.do(c.AskFloor(), person)
        story.do(c.GiveFloor(person))
        story.do(c.EndFloor())
    story.ask("q1")
    story.do(c.AnnulPoll("q1", "Nêu nhầm dự thảo"))
    story.ask("q2").cast("q2", counts(11, 0, 1))
    story.do(c.RecordBallot("q2", "by-hand", "p13", "other"))
    story.do(c.ClosePoll("q2"))
    story.do(c.PublishPoll("q2"))
    story.do(c.ConcludeItem("i2", CONCLUSION))
    story.do(c.TakeUpItem("i3"))
    story.ask("q3", "i3", "Đồng chí có tán thành chủ trương đầu tư khu Y không?")
    story.cast("q3", counts(7, 3, 3))
    story.do(c.ClosePoll("q3"))
    story.do(c.PublishPoll("q3"))
    story.do(c.ConcludeItem("i3", "Giao hoàn thiện,\ntrình lại hội nghị sau."))
    story.do(c.MarkAttendance({"p11": "left"}))
    story.do(c.MarkAttendance({"p15": "present"}))
    story.publish(c.PostponeItem("i4", hold=True))
    story.do(c.TakeUpItem("i5"))
    story.do(c.ConcludeItem("i5", "", consensus=True))
    story.do(c.SendComment("g1", "i3", "Nên chờ\nthẩm định.", "i3-5", 1, 2, instead=True), "p04")
    story.do(c.SendComment("g2", "i3", "Không đưa vào.", readers="members"), "p05")
    story.do(c.TakeComment("g1"))
    story.now = START + 12_240_000
    story.do(c.CloseMeeting())
    return story


def entries(story: Story) -> list[Entry]:
    return [entry for entry, _, _ in story.log]


def sealed(story: Story) -> list[Sealed]:
    """The journal's form of the story, with salts that a test can repeat."""
    return [
        seal(Record(n, entry.at, entry.event, entry.by), n.to_bytes(16))
        for n, entry in enumerate(entries(story), 1)
    ]
