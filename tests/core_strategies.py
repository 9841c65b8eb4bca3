"""Random rolls, drafts and commands, about people, items, papers and polls that may not exist."""

from hashlib import sha256

from hypothesis import strategies as st
from msgspec.structs import replace

from server.protocol import commands as c
from server.protocol.counts import PaperCount, Slip
from server.protocol.rules import CHOICES, Candidate, Rule, Threshold
from server.protocol.state import File, RollEntry

PEOPLE = [f"person{i}x" for i in range(9)]
ITEMS = [f"item{i}x" for i in range(5)]
PAPERS = [f"paper{i}x" for i in range(4)]
POLLS = [f"poll{i}x" for i in range(3)]
WHY = "only-for-officers"

people, items, papers, polls = (
    st.sampled_from(PEOPLE),
    st.sampled_from(ITEMS),
    st.sampled_from(PAPERS),
    st.sampled_from(POLLS),
)
comments = st.integers(0, 9).map(lambda i: f"comment{i}x")
some_people = st.lists(people, unique=True, max_size=3).map(tuple)
positions = st.integers(0, 4)
presences = st.sampled_from(["unmarked", "present", "leave", "no_leave", "left"])


def a_file(number: int) -> File:
    return File(sha256(f"view{number}".encode()).hexdigest(), "0" * 64, 3, 100)


files = st.integers(0, 10_000).map(a_file)


def entry(person: str, role: str, ballots: bool, seen: tuple[str, ...]) -> RollEntry:
    casts = ballots and role in {"chair", "member", "secretary"}
    return RollEntry(person, f"Name of {person}", role, ballots=casts, items=seen)  # type: ignore[arg-type]


USUAL = ["member", "guest", "guest", "site", "display", "member", "guest"]


@st.composite
def rolls(draw: st.DrawFn) -> tuple[RollEntry, ...]:
    """Person 0 is the chair, person 1 the secretary; the others mostly as in USUAL."""
    seen = st.lists(items, unique=True, max_size=3).map(tuple)
    others = []
    for person, usual in zip(PEOPLE[2:], USUAL, strict=True):
        role = draw(st.sampled_from([usual, usual, usual, "member", "guest", "site", "gone"]))
        if role != "gone":
            others.append(entry(person, role, draw(st.booleans()), draw(seen)))
    return (
        entry(PEOPLE[0], "chair", True, ()),
        entry(PEOPLE[1], "secretary", draw(st.booleans()), ()),
        *others,
    )


def titled(item: str) -> st.SearchStrategy[str]:
    return st.integers(0, 3).map(lambda version: f"Title of {item} v{version}")


def changes() -> st.SearchStrategy[c.Change]:
    def about(item: str) -> st.SearchStrategy[c.Change]:
        title = titled(item)
        return st.one_of(
            st.builds(
                lambda t, p, g, s: c.AddItem(item, p, t, item, guests=g, sites=s),
                title,
                positions,
                some_people,
                st.booleans(),
            ),
            st.builds(
                lambda t, g, s: c.EditItem(item, title=t, guests=g, sites=s),
                st.none() | title,
                st.none() | some_people,
                st.none() | st.booleans(),
            ),
            positions.map(lambda p: c.MoveItem(item, p)),
            st.just(c.DropItem(item)),
            st.booleans().map(lambda hold: c.PostponeItem(item, hold)),
            st.builds(
                lambda paper, only, file: c.FilePaper(
                    item, paper, f"Text of {paper} in {item}", audience=only, file=file
                ),
                papers,
                st.sampled_from(["item", "members"]),
                files,
            ),
        )

    return st.one_of(
        items.flatmap(about),
        st.builds(c.ReplacePaper, papers, files),
        st.builds(c.WithdrawPaper, papers),
    )


LIST = (Candidate("ca", "Candidate A"), Candidate("cb", "Candidate B", person=PEOPLE[2]))
KEYS = ("k" * 43, "l" * 43)


def rules() -> st.SearchStrategy[Rule]:
    """Open votes, and polls in every other way."""
    return plain_rules() | ways()


def plain_rules() -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda base, blocks, change, seconds: Rule(
            base,
            quorum=Threshold(1, 3),
            quorum_blocks=blocks,
            may_change=change,
            seconds=seconds,
        ),
        st.sampled_from(["members_total", "present", "members_counted", "valid"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([0, 1]),
    )


def ways() -> st.SearchStrategy[Rule]:
    """A rule of each form and way that asks something of its own."""
    free = Rule(quorum=Threshold(0, 1, strict=False))
    return st.sampled_from(
        [
            replace(free, form="consensus"),
            replace(free, way="hands"),
            replace(free, way="roll_call"),
            replace(free, form="secret", way="paper"),
            replace(free, form="election", way="paper", candidates=LIST, places=2),
            replace(free, form="nomination", candidates=LIST, places=1, write_ins=True),
            replace(free, form="secret", secrecy="sealed"),
            replace(free, practice=True, deputies=True),
            replace(free, form="written", sent_in=True),
        ]
    )


def poll_commands() -> st.SearchStrategy[c.Command]:
    """What happens to polls besides opening, casting and closing."""
    counts = st.sampled_from([{"for": 1}, {"for": 1, "against": 1}, {}])
    papers_counted = st.sampled_from(
        [
            PaperCount(1, 1, counts={"for": 1}),
            PaperCount(1, 1, counts={"against": 1}),
            PaperCount(1, 1, rows={"ca": {"for": 1}, "cb": {"against": 1}}),
        ]
    )
    ballots = st.integers(0, 30).map(lambda i: f"ballot{i}x")
    return st.one_of(
        st.builds(c.ExcusePerson, polls, people, st.sampled_from(["interest", "absence"]), WHY_NOT),
        polls.map(lambda poll: c.OfferKeys(poll, KEYS)),
        st.builds(c.ExtendPoll, polls, st.integers(1, 9)),
        st.builds(c.RepeatPoll, polls, polls),
        st.builds(c.CallPerson, polls, people),
        st.builds(c.RecordHandCount, polls, counts),
        st.builds(c.ConfirmHandCount, polls, counts),
        polls.map(c.RecordConsensus),
        st.builds(c.OpenPaperCount, polls, st.just(9), st.integers(0, 2), tellers=some_people),
        st.builds(c.EnterPaperCount, polls, papers_counted),
        polls.map(c.ReleasePaperCount),
        st.builds(c.SealBallot, polls, ballots, st.just("sealed")),
        st.builds(c.CastBallot, polls, ballots, st.just(""), names=st.just(("ca",))),
        polls.map(lambda poll: c.OpenSealedBatch(poll, (Slip("for"),) * 7)),
    )


WHY_NOT = st.just("Family")


def commands() -> st.SearchStrategy[c.Command]:
    """Any command, about anything that may or may not exist."""
    choices = st.sampled_from(CHOICES)
    ballots = st.integers(0, 30).map(lambda i: f"ballot{i}x")
    return st.one_of(
        poll_commands(),
        rolls().map(c.SetRoll),
        people.map(c.NameActingChair),
        st.sampled_from(
            [
                c.StartMeeting(),
                c.PauseMeeting(),
                c.ResumeMeeting(),
                c.AskFloor(),
                c.WithdrawFloor(),
                c.ExtendFloor(),
                c.EndFloor(),
                c.CallHelp("tea"),
            ]
        ),
        st.builds(c.MarkAttendance, st.dictionaries(people, presences), st.just(WHY)),
        items.map(c.TakeUpItem),
        st.builds(c.ConcludeItem, items, st.just("Agreed"), st.booleans()),
        people.map(c.GiveFloor),
        st.builds(c.PreparePoll, polls, items, items.map(lambda i: f"Title of {i}"), rules()),
        polls.map(c.OpenPoll),
        st.lists(polls, max_size=3).map(lambda some: c.ArrangeSeries("s1", tuple(some))),
        st.sampled_from([c.OpenSeries("s1"), c.OpenNext("s1"), c.CloseSeries("s1")]),
        st.just(c.PublishSeries("s1")),
        polls.map(c.PausePoll),
        polls.map(c.ResumePoll),
        polls.map(c.ClosePoll),
        polls.map(c.PublishPoll),
        polls.map(lambda poll: c.AnnulPoll(poll, "Wrong question")),
        st.builds(c.CastBallot, polls, ballots, choices, st.just("opinion")),
        st.builds(c.RecordBallot, polls, ballots, people, choices),
        people.map(c.AnswerHelp),
        st.builds(
            lambda comment, item, paper, instead, readers: c.SendComment(
                comment,
                item,
                WHY if readers == "officers" else "For all",
                paper,
                1,
                1,
                instead=instead,
                readers=readers,
            ),
            comments,
            items,
            papers,
            st.booleans(),
            st.sampled_from(["officers", "members"]),
        ),
        st.builds(c.TakeComment, comments, st.booleans()),
        st.just(c.SendNotice("Please come in")),
        st.integers(0, 4).map(c.AcknowledgeAgenda),
        st.builds(
            c.AcknowledgePaper,
            files.map(lambda file: file.view_sha256),
            st.sampled_from(["received", "opened"]),
        ),
    )
