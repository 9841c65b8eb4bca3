"""Random people, roles, commands and audience changes: nobody ever holds what they may not know."""

from dataclasses import dataclass, field

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.core.audience import Audience, audience, audiences_hold
from server.core.decide import decide
from server.core.redact import names_file, personal, redact
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.codec import decode_record, decode_server, encode
from server.protocol.counts import PaperCount, Slip
from server.protocol.fold import apply
from server.protocol.frames import Events, OnlyYours, Snapshot
from server.protocol.refusals import Refusal
from server.protocol.state import CHOICES, MeetingState, PaperAudience, Personal, RollEntry, Rule
from tests.core_meetings import OFFICE, OPENER, Sitting, begun
from tests.core_projection import project
from tests.core_strategies import (
    ITEMS,
    KEYS,
    PAPERS,
    PEOPLE,
    WHY,
    a_file,
    changes,
    commands,
    items,
    people,
    polls,
    positions,
    rolls,
    some_people,
    ways,
)


@dataclass
class Tablet:
    """What one person's device holds, as the server fed it."""

    audience: Audience
    state: MeetingState | None
    personal: Personal
    received: list[e.Entry] = field(default_factory=list)


class MeetingMachine(RuleBasedStateMachine):
    """A server's room with a tablet for each person, who may be off line for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.sitting: Sitting = begun()
        self.tablets: dict[str, Tablet] = {}
        self.checked = 0

    @initialize(
        entries=rolls(),
        first=st.lists(items, unique=True, min_size=3, max_size=4),
        running=st.sampled_from([True, True, False]),
    )
    def begin(self, entries: tuple[RollEntry, ...], first: list[str], running: bool) -> None:
        self.sitting = begun(entries)
        batch: list[c.Change] = []
        for i, item in enumerate(first):
            batch.append(c.AddItem(item, 0, f"Title of {item} v0", item, sites=i % 2 == 0))
            if i < len(PAPERS):
                only: PaperAudience = "members" if i == 1 else "item"
                title = f"Text of {PAPERS[i]} in {item}"
                batch.append(c.FilePaper(item, PAPERS[i], title, audience=only, file=a_file(i)))
        self.give(c.PublishChanges(tuple(c.Draft(f"a{i}", a) for i, a in enumerate(batch))))
        self.arrive([entry_.person for entry_ in entries] if running else [])
        for person in PEOPLE:
            self.restart(person)

    # ---- what happens ----

    def give(self, command: c.Command, by: str = OFFICE.person, device: str = "t1") -> bool:
        """Decide, and on success let every connected tablet hear of it."""
        actor = Sitting.actor(by, device)
        start, before = len(self.sitting.log), self.sitting.state
        answer = decide(before, command, actor, self.sitting.now + 1)
        assert answer == decide(before, command, actor, self.sitting.now + 1)
        if isinstance(answer, Refusal):
            return False
        self.sitting.now += 1
        self.sitting.happen(answer, by)
        for person in self.tablets:
            self.publish(person, start)
        return True

    def publish(self, person: str, start: int) -> None:
        """Send the new events, or a snapshot to one whose audience has changed."""
        tablet, state = self.tablets[person], self.sitting.state
        tablet.personal = personal(state, person)
        if audience(state, person) != tablet.audience:
            assert not audiences_hold(self.sitting.log[start][1], state)
            self.restart(person)
            return
        for entry_, before, after in self.sitting.log[start:]:
            seen = redact(entry_, before, after, tablet.audience)
            if seen is not None and tablet.state is not None:
                tablet.received.append(seen)
                tablet.state = apply(tablet.state, seen)

    @rule(person=people)
    def restart(self, person: str) -> None:
        """A tablet comes (back) and gets a snapshot."""
        seen = audience(self.sitting.state, person)
        mine = personal(self.sitting.state, person)
        self.tablets[person] = Tablet(seen, self.sitting.view(seen), mine)

    @rule(person=people)
    def drop(self, person: str) -> None:
        """A tablet goes."""
        self.tablets.pop(person, None)

    @rule(command=commands(), by=people)
    def anyone(self, command: c.Command, by: str) -> None:
        self.give(command, by)

    @rule(command=commands())
    def office(self, command: c.Command) -> None:
        self.give(command)

    @rule(
        batch=st.lists(changes(), min_size=1, max_size=4),
        one_by_one=st.sampled_from([True, True, False]),
    )
    def publish_changes(self, batch: list[c.Change], one_by_one: bool) -> None:
        """Some batches as a whole, of which one wrong draft keeps everything out."""
        drafts = tuple(c.Draft(f"d{i}", change) for i, change in enumerate(batch))
        for group in [(one,) for one in drafts] if one_by_one else [drafts]:
            self.give(c.PublishChanges(group))

    @rule()
    def close(self) -> None:
        if len(self.sitting.log) > 60:
            self.give(c.CloseMeeting())

    # The rules above are blind; those below know where the meeting is, and make it go on.

    def here(self, index: int) -> str:
        """An item of the agenda, or one that does not exist."""
        there = [item.id for item in self.sitting.state.items]
        return there[index % len(there)] if there else ITEMS[0]

    @rule(marks=st.lists(people, min_size=4))
    def arrive(self, marks: list[str]) -> None:
        on_roll = [person for person in marks if person in self.sitting.state.roll]
        self.give(c.MarkAttendance(dict.fromkeys(on_roll, "present"), WHY))
        self.give(c.StartMeeting())

    @rule(index=positions)
    def take_up(self, index: int) -> None:
        self.give(c.TakeUpItem(self.here(index)))

    @rule(index=positions, set_aside=st.booleans())
    def conclude(self, index: int, set_aside: bool) -> None:
        item = self.here(index)
        self.give(c.ConcludeItem(item, f"Title of {item} agreed"))
        if set_aside:
            self.give(c.PublishChanges((c.Draft("d", c.PostponeItem(item)),)))

    @rule(who=st.lists(people, min_size=1, max_size=3), end=st.booleans())
    def speak(self, who: list[str], end: bool) -> None:
        for person in who:
            self.give(c.AskFloor(), person)
        self.give(c.GiveFloor(who[0]))
        self.give(c.ExtendFloor())
        if end:
            self.give(c.EndFloor())

    @rule(index=positions, to=positions, drop=st.sampled_from([True, False, False]))
    def move_or_drop(self, index: int, to: int, drop: bool) -> None:
        item = self.here(index)
        change = c.DropItem(item) if drop else c.MoveItem(item, to)
        self.give(c.PublishChanges((c.Draft("m", change),)))

    @rule(index=positions, guests=some_people, sites=st.booleans())
    def invite(self, index: int, guests: tuple[str, ...], sites: bool) -> None:
        roll = self.sitting.state.roll
        invited = tuple(one for one in guests if one in roll and roll[one].role == "guest")
        change = c.EditItem(self.here(index), guests=invited, sites=sites)
        self.give(c.PublishChanges((c.Draft("e", change),)))

    @rule(person=people)
    def preside(self, person: str) -> None:
        self.give(c.NameActingChair(person))

    @rule(person=people, index=positions, end=st.booleans())
    def help_and_acknowledge(self, person: str, index: int, end: bool) -> None:
        self.give(c.CallHelp("mic"), person)
        if end:
            self.give(c.AnswerHelp(person))
        self.give(c.AcknowledgeAgenda(self.sitting.state.agenda_version), person)
        item = self.sitting.state.item(self.here(index))
        for paper in item.papers if item else ():
            for file in paper.files:
                self.give(c.AcknowledgePaper(file.view_sha256), person)
                self.give(c.AcknowledgePaper(file.view_sha256, "opened"), person)

    @rule(poll=polls, index=positions)
    def ask(self, poll: str, index: int) -> None:
        item = self.here(index)
        self.give(c.PreparePoll(poll, item, f"Title of {item}?", Rule(quorum_blocks=False)))
        self.give(c.OpenPoll(poll))

    @rule(poll=polls, index=positions, how=ways())
    def ask_in_some_way(self, poll: str, index: int, how: Rule) -> None:
        """A poll of any form: what its way needs, then whatever it leads to."""
        self.give(c.PreparePoll(poll, self.here(index), "Title of some way?", how))
        self.give(c.OfferKeys(poll, KEYS), OPENER)
        self.give(c.RecordConsensus(poll))
        self.give(c.OpenPoll(poll))

    @rule(index=positions, at_once=st.booleans(), annul=st.booleans())
    def ask_several(self, index: int, at_once: bool, annul: bool) -> None:
        """Questions of one sitting, at once or one after the other; perhaps one is asked again."""
        series = f"s{len(self.sitting.log)}"
        asked = tuple(f"{series}q{n}" for n in range(3))
        for poll in asked:
            item = self.here(index)
            self.give(c.PreparePoll(poll, item, f"Title of {item}?", Rule(quorum_blocks=False)))
        self.give(c.ArrangeSeries(series, asked[1:]))
        self.give(c.ArrangeSeries(series, asked))
        self.give(c.OpenSeries(series) if at_once else c.OpenNext(series))
        self.give(c.OpenNext(series))
        if annul:
            self.give(c.AnnulPoll(asked[0], "Wrong question"))
            self.give(c.RepeatPoll(asked[0], f"{series}again"))
            self.give(c.OpenSeries(series))
        self.give(c.CloseSeries(series))
        self.give(c.PublishSeries(series))

    @precondition(lambda self: self.sitting.state.open_poll())
    @rule(agree=st.booleans(), annul=st.booleans())
    def count_in_its_way(self, agree: bool, annul: bool) -> None:
        """Hands are counted twice, paper is entered twice, sealed ballots are opened."""
        known = self.sitting.state.open_poll()
        assert known is not None
        poll = known.id
        self.give(c.RecordHandCount(poll, {"for": 1}), PEOPLE[1])
        self.give(c.ConfirmHandCount(poll, {"for": 1}), PEOPLE[0])
        for number, person in enumerate(known.electorate):
            self.give(c.SealBallot(poll, f"s{number}x{len(self.sitting.log)}", "eA"), person)
            self.give(c.CallPerson(poll, person))
        self.give(c.ClosePoll(poll))
        cast = len(self.sitting.state.polls[poll].cast)
        self.give(c.OpenSealedBatch(poll, (Slip("for"),) * cast), OPENER)
        self.give(c.OpenPaperCount(poll, 9, 1, tellers=(PEOPLE[3],)))
        for person, number in ((PEOPLE[0], 1), (PEOPLE[3], 1 if agree else 0)):
            rest = {"against": 1 - number}
            both = {"ca": {"for": number, **rest}, "cb": {"for": number, **rest}}
            for one in ({"counts": {"for": number, **rest}}, {"rows": both}):
                count = PaperCount(1, 1, **one)
                self.give(c.EnterPaperCount(poll, count), person, f"d{person}")
        self.give(c.ReleasePaperCount(poll))
        self.give(c.PublishPoll(poll))
        if annul:
            self.give(c.AnnulPoll(poll, "Wrong question"))

    @rule(annul=st.booleans())
    def close_poll(self, annul: bool) -> None:
        for poll in self.sitting.state.polls:
            self.give(c.ClosePoll(poll))
            self.give(c.PublishPoll(poll))
            if annul:
                self.give(c.AnnulPoll(poll, "Wrong question"))

    @precondition(lambda self: self.sitting.state.open_poll())
    @rule(choice=st.sampled_from(CHOICES))
    def cast(self, choice: str) -> None:
        """The electorate answers; no stream of anybody shows it, not by one frame."""
        poll = self.sitting.state.open_poll()
        assert poll is not None
        audiences = {audience(self.sitting.state, person) for person in PEOPLE}
        before = {one: self.sitting.stream(one) for one in audiences}
        for person in poll.electorate:
            held = poll.ballots.get(person)
            self.give(
                c.CastBallot(
                    poll.id,
                    f"b{len(self.sitting.log)}x",
                    choice,
                    f"opinion-of-{person}",
                    held.id if held else "",
                ),
                person,
            )
        assert {one: self.sitting.stream(one) for one in audiences} == before

    # ---- what always holds ----

    @invariant()
    def every_tablet_holds_exactly_what_its_audience_may_know(self) -> None:
        for person, tablet in self.tablets.items():
            assert tablet.audience == audience(self.sitting.state, person)
            if tablet.audience.kind == "nobody":
                assert tablet.state is None
            else:
                assert tablet.state == project(self.sitting.state, tablet.audience)
            assert tablet.personal == personal(self.sitting.state, person)

    @invariant()
    def nothing_forbidden_is_written_anywhere(self) -> None:
        for tablet in self.tablets.values():
            stream = encoded(self.sitting.stream(tablet.audience))
            state = encoded(tablet.state) + encoded(tablet.received)
            for text in self.forbidden(tablet.audience):
                assert text not in stream, text
                assert text not in state, text

    def forbidden(self, seen: Audience) -> set[str]:
        """Words that would give away what this audience may not know."""
        never = {"BallotCast", "BallotSealed", '"slips":[{', '"returned":1,"valid":1,"counts"'}
        if seen.kind in {"officer", "nobody"}:
            return never
        never |= {WHY, "PollPrepared", "HelpCalled", "AgendaAcknowledged", "PaperReceived"}
        never |= {"PersonExcused", "KeysOffered", "PaperCountCompared", "HandCount"}
        never |= set() if seen.kind == "member" else {"Family", "PaperCountOpened"}
        if not seen.partial:
            return never
        never |= {item for item in ITEMS if item not in seen.items} | {"opinion-of"}
        chairs = {after.chair for _, _, after in self.sitting.log}
        never |= {f"Name of {p}" for p in PEOPLE if p not in seen.people and p not in chairs}
        never |= self.hidden_files(seen)
        return never | ({"Poll"} if seen.kind == "site" else set())

    def hidden_files(self, seen: Audience) -> set[str]:
        shown: set[str] = set()
        hidden: set[str] = set()
        for one, before, _ in self.sitting.log:
            match one.event:
                case e.PaperFiled(item=item, paper=paper):
                    files_, only = paper.files, paper.audience
                case e.PaperReplaced(paper=known, file=file):
                    found = before.paper(known)
                    assert found is not None
                    item, files_, only = found[0].id, (file,), found[1].audience
                case _:
                    continue
            visible = item in seen.items and only == "item"
            (shown if visible else hidden).update(file.view_sha256 for file in files_)
        return hidden - shown

    @invariant()
    def only_files_that_a_state_names_are_served(self) -> None:
        for tablet in self.tablets.values():
            state = encoded(tablet.state)
            for one, _, _ in self.sitting.log:
                if isinstance(one.event, e.PaperReplaced):
                    sha = one.event.file.view_sha256
                    served = names_file(self.sitting.state, tablet.audience, sha)
                    assert served == (f'"view_sha256":"{sha}"' in state)

    @invariant()
    def numbers_are_the_order_and_one_poll_is_open(self) -> None:
        state = self.sitting.state
        assert [item.number for item in state.items] == list(range(len(state.items)))
        assert sum(poll.state in {"open", "paused"} for poll in state.polls.values()) <= 1
        assert sum(item.status == "now" for item in state.items) == bool(state.current)
        for poll in state.polls.values():
            assert set(poll.ballots) <= {*poll.electorate, *poll.absent}
            assert not set(poll.electorate) & {*poll.excused, *poll.absent}
            if poll.opened_at and not poll.consensus:
                assert poll.bases["issued"] == len(poll.electorate)
            if poll.tally:
                assert poll.tally.returned == poll.tally.valid + poll.tally.invalid
                assert poll.tally.issued == poll.tally.returned + poll.tally.not_returned

    @invariant()
    def everything_survives_the_wire(self) -> None:
        for seq, (one, _, _) in enumerate(self.sitting.log[self.checked :], self.checked + 1):
            record = e.Record(seq, one.at, one.event, one.by)
            assert decode_record(encode(record)) == record
            assert record.entry() == one
        self.checked = len(self.sitting.log)
        for tablet in self.tablets.values():
            events = Events("m", "epoch", 1, tuple(tablet.received[-3:]))
            assert decode_server(encode(events)) == events
            only = OnlyYours("m", tablet.personal)
            assert decode_server(encode(only)) == only
            if tablet.state is not None:
                snapshot = Snapshot("m", "epoch", 1, tablet.state)
                assert decode_server(encode(snapshot)) == snapshot


def encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()


MeetingMachine.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestMeetingMachine = MeetingMachine.TestCase
