"""Random people, commands, drops, returns, restarts and restores: nobody ever holds anything else.

The invariant (rule 5 of the architecture, SPEC 5.7): the state of every live listener is the fold
of what its present audience may see of the whole record, worked out here from the journal anew.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.core import redact
from server.hub import Step
from server.hub.view import steps_of
from server.journal import Batch
from server.journal.memory import MemoryJournal
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.codec import decode_server
from server.protocol.fold import fold
from server.protocol.state import Role, RollEntry, Rule, Threshold
from server.protocol.upcast import upcast
from tests.listening import ROOM, Asker, Ear, Ground

T = TypeVar("T")
PEOPLE: dict[str, Role] = {
    "p-chair": "chair",
    "p-secretary": "secretary",
    "p-one": "member",
    "p-two": "member",
    "p-guest": "guest",
    "p-visitor": "guest",
    "p-site": "site",
    "p-display": "display",
}
ITEMS = ("i0", "i1", "i2")
POLLS = ("q0", "q1")
EASY = Rule(quorum=Threshold(0, 1, strict=False))

people = st.sampled_from(sorted(PEOPLE))
items = st.sampled_from(ITEMS)
polls = st.sampled_from(POLLS)
positions = st.integers(0, 3)
guests = st.sampled_from([(), ("p-guest",), ("p-visitor",), ("p-guest", "p-visitor")])
changes = st.one_of(
    st.builds(
        c.AddItem,
        items,
        positions,
        st.just("Nội dung"),
        st.just("ND"),
        form=st.sampled_from(["open", "none"]),
        guests=guests,
        sites=st.booleans(),
    ),
    st.builds(c.EditItem, items, guests=st.none() | guests, sites=st.none() | st.booleans()),
    st.builds(c.MoveItem, items, positions),
    st.builds(c.DropItem, items),
    st.builds(c.PostponeItem, items, st.booleans()),
    st.builds(
        c.FilePaper,
        items,
        st.sampled_from(["pp0", "pp1"]),
        st.just("Tờ trình"),
        audience=st.sampled_from(["item", "members"]),
        copies=st.just(5),
    ),
    st.builds(c.WithdrawPaper, st.sampled_from(["pp0", "pp1"])),
)
drafts = st.lists(changes, min_size=1, max_size=3).map(
    lambda found: tuple(c.Draft(f"c{number}", change) for number, change in enumerate(found))
)
officers = st.one_of(
    st.builds(c.PublishChanges, drafts),
    st.just(c.StartMeeting()),
    st.just(c.PauseMeeting()),
    st.just(c.ResumeMeeting()),
    st.builds(c.TakeUpItem, items),
    st.builds(c.ConcludeItem, items, st.just("Thống nhất")),
    st.builds(c.GiveFloor, people),
    st.just(c.ExtendFloor()),
    st.just(c.EndFloor()),
    st.builds(c.NameActingChair, people),
    st.builds(c.PreparePoll, polls, items, st.just("Đồng ý?"), st.just(EASY)),
    st.builds(c.OpenPoll, polls),
    st.builds(c.PausePoll, polls),
    st.builds(c.ResumePoll, polls),
    st.builds(c.ClosePoll, polls),
    st.builds(c.PublishPoll, polls),
    st.builds(c.AnnulPoll, polls, st.just("Sai")),
    st.builds(c.AnswerHelp, people),
    st.builds(c.SendNotice, st.sampled_from(["Nghỉ", "Tiếp tục"])),
    st.just(c.MarkAttendance(dict.fromkeys(PEOPLE, "present"))),
    st.builds(
        c.MarkAttendance,
        st.dictionaries(people, st.sampled_from(["present", "leave", "left"]), min_size=1),
        st.just("Ốm"),
    ),
)
anyone = st.one_of(
    st.just(c.AskFloor()),
    st.just(c.WithdrawFloor()),
    st.builds(c.CallHelp, st.sampled_from(["tea", "tech"])),
    st.builds(c.AcknowledgeAgenda, st.integers(0, 3)),
    st.builds(
        c.CastBallot,
        polls,
        st.sampled_from(["b0", "b1", "b2"]),
        st.sampled_from(["for", "against", "other"]),
        replaces=st.sampled_from(["", "b0", "b1"]),
    ),
)
roles: st.SearchStrategy[dict[str, Role]] = st.fixed_dictionaries(
    {
        "p-one": st.sampled_from(["member", "guest", "secretary"]),
        "p-guest": st.sampled_from(["guest", "member"]),
        "p-display": st.sampled_from(["display", "site"]),
    }
)


def roll(people: dict[str, Role]) -> tuple[RollEntry, ...]:
    return tuple(
        RollEntry(person, person, role, ballots=role in {"chair", "member"})
        for person, role in people.items()
    )


class Meeting(RuleBasedStateMachine):
    """One room and everybody's devices."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.answers: dict[tuple[str, str], tuple[c.Command, f.ServerFrame]] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.ground = Ground()
        self.room = self.run(self.ground.room(roll(PEOPLE)))
        self.ask = Asker(self.room)
        self.ears = {person: Ear(person, f"d-{person}") for person in PEOPLE}

    # ---- what may happen -------------------------------------------------------------------------

    @rule(by=st.sampled_from(["p-chair", "p-secretary"]), command=officers)
    def officer(self, by: str, command: c.Command) -> None:
        self.together([(by, command)])

    @rule(person=people, command=anyone)
    def somebody(self, person: str, command: c.Command) -> None:
        self.together([(person, command)])

    @rule(
        first=st.tuples(people, anyone | officers),
        others=st.lists(st.tuples(people, anyone | officers), min_size=1, max_size=5),
    )
    def together_in_one_batch(
        self, first: tuple[str, c.Command], others: list[tuple[str, c.Command]]
    ) -> None:
        self.together([first, *others])

    @rule(chosen=roles, without=st.none() | people.filter(lambda one: one != "p-chair"))
    def roll_changes(self, chosen: dict[str, Role], without: str | None) -> None:
        new = {person: role for person, role in (PEOPLE | chosen).items() if person != without}
        self.together([("p-secretary", c.SetRoll(roll(new)))], secretary=True)

    def together(self, asked: list[tuple[str, c.Command]], *, secretary: bool = False) -> None:
        async def all_at_once() -> None:
            futures = []
            for person, command in asked:
                request = f"r{next(self.ask.ids)}"
                future = self.ask.send(person, command, request=request, secretary=secretary)
                futures.append((person, request, command, future))
            for person, request, command, future in futures:
                self.answers[person, request] = (command, decode_server(await future))

        self.run(all_at_once())

    @rule(person=people)
    def comes(self, person: str) -> None:
        ear = self.ears[person]
        if ear.listener is None and not ear.join(self.room):
            ear.forget()

    @rule(person=people)
    def drops(self, person: str) -> None:
        self.ears[person].drop(self.room)

    @rule(data=st.data())
    def asks_again(self, data: st.DataObject) -> None:
        if self.answers:
            person, request = data.draw(st.sampled_from(sorted(self.answers)))
            command, answer = self.answers[person, request]
            before = self.room.state
            assert self.run(self.ask(person, command, request=request)) == answer
            assert self.room.state == before

    @rule()
    def server_restarts(self) -> None:
        before = self.room.state
        self.everybody_drops()
        self.run(self.room.close())
        self.room = self.run(self.reopened())
        assert self.room.state == before

    @rule(data=st.data())
    def backup_is_restored(self, data: st.DataObject) -> None:
        """Part of the record is gone, and there is a new epoch."""
        self.everybody_drops()
        self.run(self.room.close())
        kept = self.run(self.ground.journal.open(ROOM))
        assert kept is not None
        until = data.draw(st.integers(2, len(kept.records)))
        journal = MemoryJournal()
        epoch = f"epoch-{next(self.ask.ids)}"
        self.run(journal.create(ROOM, epoch, Batch(kept.records[:until])))
        self.ground.journal = journal
        self.answers.clear()
        self.room = self.run(self.reopened())

    async def reopened(self) -> Any:
        room = await self.ground.reopen()
        self.ask.room = room
        return room

    def everybody_drops(self) -> None:
        for ear in self.ears.values():
            ear.drop(self.room)

    @rule(seconds=st.sampled_from([0.1, 1.0]))
    def time_passes(self, seconds: float) -> None:
        self.ground.later.go(seconds)

    # ---- what must hold --------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        records = self.run(self.ground.journal.read(ROOM))
        return steps_of(upcast(one.form, one.raw).entry() for one in records)

    @invariant()
    def every_listener_holds_what_its_audience_may_see(self) -> None:
        steps = self.steps()
        state = self.room.state
        assert steps[-1].after == state
        for person, ear in self.ears.items():
            if ear.listener is None:
                continue
            audience = redact.audience(state, person)
            seen = [redact.redact(one.entry, one.before, one.after, audience) for one in steps]
            assert ear.state == fold(entry for entry in seen if entry is not None), person
            assert ear.personal == redact.personal(state, person)
            assert not any(poll.ballots for poll in self.unpublished(ear)), person

    def unpublished(self, ear: Ear) -> list[Any]:
        assert ear.state is not None
        return [poll for poll in ear.state.polls.values() if poll.state != "published"]

    @invariant()
    def nothing_has_failed(self) -> None:
        assert self.ground.failures == []

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.run(self.room.close())
        self.loop.close()


Meeting.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestMeeting = Meeting.TestCase
