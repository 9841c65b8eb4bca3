"""Random rolls, drafts and commands, about people, items, papers and polls that may not exist."""

from hashlib import sha256

from hypothesis import strategies as st

from server.protocol import commands as c
from server.protocol.state import CHOICES, File, RollEntry, Rule, Threshold

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


def rules() -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda base, blocks, change: Rule(
            base, quorum=Threshold(1, 3), quorum_blocks=blocks, may_change=change
        ),
        st.sampled_from(["members_total", "present"]),
        st.booleans(),
        st.booleans(),
    )


def commands() -> st.SearchStrategy[c.Command]:
    """Any command, about anything that may or may not exist."""
    choices = st.sampled_from(CHOICES)
    ballots = st.integers(0, 30).map(lambda i: f"ballot{i}x")
    return st.one_of(
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
        polls.map(c.PausePoll),
        polls.map(c.ResumePoll),
        polls.map(c.ClosePoll),
        polls.map(c.PublishPoll),
        polls.map(lambda poll: c.AnnulPoll(poll, "Wrong question")),
        st.builds(c.CastBallot, polls, ballots, choices, st.just("opinion")),
        st.builds(c.RecordBallot, polls, ballots, people, choices),
        people.map(c.AnswerHelp),
        st.just(c.SendNotice("Please come in")),
        st.integers(0, 4).map(c.AcknowledgeAgenda),
        st.builds(
            c.AcknowledgePaper,
            files.map(lambda file: file.view_sha256),
            st.sampled_from(["received", "opened"]),
        ),
    )
