"""The rules that a body votes by: the supplied ones, its own, and what a meeting takes of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bench._peer import Peer
from server.core.rulecheck import check_rule
from server.office.rulebook import MOST_RULES, supplied
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Candidate, Rule, Threshold, answers_each, names_people
from tests.house import BODY, House, open_house

OWN = o.RulePreset("own", "Theo quy chế", rule=Rule(base="members_counted"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


@pytest.fixture
async def desk(house: House) -> Peer:
    return await house.desk()


async def rules(desk: Peer, question: o.Question) -> o.Rules:
    answer = await desk.ask(question)
    assert isinstance(answer, o.Rules), answer
    return answer


def test_there_is_a_rule_for_every_form_and_each_can_be_voted_by() -> None:
    assert {one.rule.form for one in supplied()} == set(Rule.__annotations__["form"].__args__)
    people = tuple(Candidate(f"c{i}", f"Ứng viên {i}") for i in range(3))
    for preset in supplied():
        rule = preset.rule
        if names_people(rule):
            rule = replace(rule, candidates=people, places=2)
        elif rule.form in {"election", "confidence_survey"}:
            rule = replace(rule, candidates=people, places=3)
            assert answers_each(rule)
        assert check_rule(rule, sealed=True) is None, preset.id
    assert len({preset.id for preset in supplied()}) == len(supplied())


async def test_a_body_has_the_supplied_rules_until_it_changes_one(desk: Peer) -> None:
    assert await rules(desk, o.ListRules(BODY.id)) == o.Rules(supplied())
    assert (await rules(desk, o.PutRule(BODY.id, OWN))).presets == (*supplied(), OWN)
    other = replace(OWN, name="Khác")
    assert (await rules(desk, o.PutRule(BODY.id, other))).presets[-1] == other
    await rules(desk, o.DropRule(BODY.id, "reso"))
    left = (await rules(desk, o.ListRules(BODY.id))).presets
    assert "reso" not in {one.id for one in left}
    assert left[-1] == other


@pytest.mark.parametrize(
    ("preset", "code"),
    [
        (replace(OWN, name=" "), Code.NAME_EMPTY),
        (replace(OWN, rule=Rule(threshold=Threshold(3, 2))), Code.RULE_INVALID),
    ],
)
async def test_what_cannot_be_a_rule_is_refused(
    desk: Peer, preset: o.RulePreset, code: Code
) -> None:
    assert await desk.ask(o.PutRule(BODY.id, preset)) == Refusal(code)
    assert await rules(desk, o.ListRules(BODY.id)) == o.Rules(supplied())


async def test_a_body_keeps_no_endless_list(desk: Peer) -> None:
    for number in range(MOST_RULES - len(supplied())):
        await rules(desk, o.PutRule(BODY.id, replace(OWN, id=f"own{number}")))
    assert await desk.ask(o.PutRule(BODY.id, OWN)) == Refusal(Code.TOO_MANY_REQUESTS)


async def test_sealed_ballots_are_off_until_the_body_allows_them(house: House, desk: Peer) -> None:
    people = await house.people(1)
    first = await house.rooms.open(await house.meeting(desk, people))
    assert first is not None
    assert not first.state.organization.sealed
    assert (await rules(desk, o.AllowSealed(BODY.id, sealed=True))).sealed
    made = await desk.ask(o.MakeMeeting(BODY.id, "later", "Hội nghị sau", chair=people[0]))
    assert made == o.MeetingMade("later")
    later = await house.rooms.open("later")
    assert later is not None
    assert later.state.organization.sealed


async def test_whoever_presides_reads_the_body_s_rules_on_a_tablet(
    house: House, desk: Peer
) -> None:
    people = await house.people(2)
    room = await house.meeting(desk, people)
    await rules(desk, o.PutRule(BODY.id, OWN))
    chair, member = await house.tablet("p0"), await house.tablet("p1")
    for peer in (chair, desk):
        assert OWN in (await rules(peer, o.MeetingRules(room))).presets
    assert await member.ask(o.MeetingRules(room)) == Refusal(Code.NOT_ALLOWED)
    assert await chair.ask(o.ListRules(BODY.id)) == Refusal(Code.NOT_ALLOWED)
    unknown = await chair.ask(o.MeetingRules("m9"))
    assert unknown == Refusal(Code.ROOM_UNKNOWN, {"room": "m9"})
