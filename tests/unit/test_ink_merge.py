"""The operation log: every order gives the same marks, and what somebody wrote is never lost."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.ink import operations, tools
from client.ink.carried import as_drawn
from client.ink.clock import LATEST
from client.ink.marks import Area, Mark, Move, Spot, Target, on_page
from client.ink.merge import MarkLog
from client.ink.notebook import Maker, Notebook
from client.ink.operations import BadOperation, Delete, Operation, Put
from client.ink.packing import Point
from client.ink.shedding import shed

DOCUMENT, NEXT = "aa" * 32, "bb" * 32
LINE = tuple(Point(100 + step, 500, 0.5, step * 8) for step in range(30))


class Desk:
    """A device off line: its notebook, a clock that may be wrong, and what it has sent."""

    def __init__(self, name: str, skew: int = 0) -> None:
        self.time = 1_758_157_200_000 + skew
        chance = random.Random(name)  # noqa: S311 - the same names in every run
        self.notebook = Notebook(Maker("p1", name, self.now, chance.randbytes))
        self.made: list[Operation] = []
        self.notebook.listen(lambda change: self.made.extend(change.operations))

    def now(self) -> int:
        self.time += 40
        return self.time

    def write(self, y: float = 0.0, pen: tools.Pen = tools.BLUE) -> Mark:
        moved = [point._replace(y=point.y + y) for point in LINE]
        change = self.notebook.write(DOCUMENT, 1, moved, pen)
        [name] = change.marks
        mark = self.notebook.get(name)
        assert mark is not None
        return mark


def exchange(*desks: Desk) -> None:
    made = [one for desk in desks for one in desk.made]
    for desk in desks:
        desk.notebook.take(made)
        desk.notebook.take(made)  # replayed: nothing changes


def pair() -> tuple[Desk, Desk, Mark]:
    one, other = Desk("1" * 16), Desk("2" * 16)
    mark = one.write()
    exchange(one, other)
    return one, other, mark


def test_an_edit_made_elsewhere_meanwhile_keeps_a_deleted_mark_alive_whole() -> None:
    one, other, mark = pair()
    one.notebook.delete(mark.id)
    other.notebook.change(mark.id, colour="pen2")
    exchange(one, other)
    kept = one.notebook.get(mark.id)
    assert kept == other.notebook.get(mark.id)
    assert kept is not None
    assert kept.colour == "pen2"
    assert kept.strokes == mark.strokes


def test_a_deletion_that_has_seen_the_edit_removes_the_mark() -> None:
    one, other, mark = pair()
    other.notebook.change(mark.id, colour="pen2")
    exchange(one, other)
    one.notebook.delete(mark.id)
    exchange(one, other)
    assert (one.notebook.marks, other.notebook.marks) == ((), ())
    one.notebook.undo()
    exchange(one, other)
    back = other.notebook.marks[0]
    assert back.colour == "pen2"
    assert back.strokes == mark.strokes


def test_the_last_writer_of_each_field_wins_and_ties_go_by_device() -> None:
    one, other, mark = pair()
    one.notebook.change(mark.id, colour="pen2", width=3.85)
    one.time = other.time = max(one.time, other.time) + 1
    one.notebook.change(mark.id, body="một")
    other.notebook.change(mark.id, body="hai")
    exchange(one, other)
    [kept] = one.notebook.marks
    assert (kept.colour, kept.width, kept.body) == ("pen2", 3.85, "hai")
    assert other.notebook.marks == (kept,)


def test_strokes_added_on_two_devices_are_both_there_and_an_erased_one_is_not() -> None:
    one, other, mark = pair()
    one.write(y=5)
    other.notebook.change(mark.id, strokes={**mark.strokes, **Desk("3" * 16).write().strokes})
    one.notebook.erase(DOCUMENT, 1, [(110, 499), (110, 501)], 1.0)
    exchange(one, other)
    [kept] = one.notebook.marks
    assert other.notebook.marks == (kept,)
    assert len(kept.strokes) == 2
    assert not set(mark.strokes) & set(kept.strokes)


def test_a_tablet_whose_clock_is_years_ahead_does_not_silence_the_others() -> None:
    one, other = Desk("1" * 16, skew=400 * 86_400_000), Desk("2" * 16)
    mark = one.write()
    exchange(one, other)
    other.notebook.change(mark.id, colour="pen3")
    exchange(one, other)
    assert [kept.colour for kept in one.notebook.marks] == ["pen3"]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_three_devices_with_random_offline_histories_hold_the_same_marks(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - histories, no secrets
    desks = [Desk(str(name) * 16, chance.choice([0, -3_600_000, 3_600_000])) for name in (1, 2, 3)]
    for _ in range(chance.randrange(3, 30)):
        desk = chance.choice(desks)
        act(desk, chance)
        if chance.random() < 0.25:
            meet(chance.sample(desks, 2), chance)
    everything = [operation for desk in desks for operation in desk.made]
    for desk in desks:
        chance.shuffle(everything)
        parts = sorted(chance.choices(range(len(everything) + 1), k=2))
        for part in (everything[: parts[0]], everything[parts[1] :], everything):
            desk.notebook.take([sent(one) for one in part])
    marks = desks[0].notebook.marks
    assert desks[1].notebook.marks == desks[2].notebook.marks == marks
    fresh = MarkLog()
    fresh.add(everything)
    assert tuple(fresh.marks.values()) == marks
    assert [mark.id for mark in marks] == sorted(mark.id for mark in marks)
    for desk in desks:
        for page in (1, 2):
            shown = [mark for mark in marks if mark.on(DOCUMENT, page)]
            assert list(desk.notebook.on_page(DOCUMENT, page)) == shown
    deleted = {
        name for one in everything if isinstance(one.action, Delete) for name in one.action.seen
    }
    for operation in everything:
        if isinstance(operation.action, Put) and operation.id not in deleted:
            kept = desks[0].notebook.get(operation.action.mark)
            assert kept is not None or _inked_out(operation, everything), "nothing is lost"


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_what_is_rubbed_out_of_carried_ink_is_so_in_every_revision_whoever_carried_it(
    chance: random.Random,
) -> None:
    one, other, mark = pair()
    for _ in range(chance.randrange(3, 10)):
        rub_or_carry(chance.choice([one, other]), mark, chance)
        if chance.random() < 0.3:
            exchange(one, other)
    exchange(one, other)
    left = one.notebook.get(mark.id)
    assert left == other.notebook.get(mark.id)
    if left is not None and left.on(NEXT, 1) is not None:
        drawn = [{p for line in left.drawn_on(on, 1) for p in line} for on in (DOCUMENT, NEXT)]
        assert drawn[0] == drawn[1]
    again = MarkLog()
    again.add(chance.sample(one.made + other.made, len(one.made + other.made)))
    assert again.marks.get(mark.id) == left


def rub_or_carry(desk: Desk, mark: Mark, chance: random.Random) -> None:
    book, here = desk.notebook, desk.notebook.get(mark.id)
    what = chance.randrange(6)
    if here is None or what == 0:
        book.undo()
    elif what == 1:
        book.redo()
    elif what == 2:
        target = here.targets.get(chance.choice([DOCUMENT, NEXT]))
        carried = here.moves(target) if target is not None and target.moves else ()
        ways = carried or tuple(Move(stroke, 1) for stroke in here.strokes)
        moves = as_drawn(here.strokes, [half for way in ways for half in halves(here, way, chance)])
        book.retarget(NEXT, {mark.id: Target((Area(1),), moves=moves, how="map")})
    else:
        x = chance.choice([100, 104.4, 107.5, 114, 116, 122.2, 129])
        on = chance.choice([DOCUMENT, NEXT])
        book.erase(on, 1, [(x, 400), (x, 600)], chance.choice([0.3, 1.0, 4.0]), part=True)


def halves(mark: Mark, way: Move, chance: random.Random) -> list[Move]:
    """A line that breaks at some point, as under words that do."""
    last = len(mark.strokes[way.stroke].points) - 1 if way.last < 0 else way.last
    at = chance.randint(way.first, last)
    return [msgspec.structs.replace(way, last=at), msgspec.structs.replace(way, first=at)]


def _inked_out(put: Operation, everything: list[Operation]) -> bool:
    """An ink mark is gone with its last stroke."""
    erased = {
        name
        for one in everything
        for name in getattr(one.action, "strokes", {})
        if isinstance(one.action, operations.Erase)
    }
    mine = {
        stroke
        for one in everything
        if isinstance(one.action, Put) and one.action.mark == put.action.mark
        for stroke in one.action.strokes
    }
    return mine <= erased


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_shed_never_counts_again_whatever_comes_from_devices_long_away(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - histories, no secrets
    desks = [Desk(str(name) * 16, chance.choice([0, -3_600_000, 3_600_000])) for name in (1, 2, 3)]
    for _ in range(chance.randrange(3, 40)):
        act(chance.choice(desks), chance)
        if chance.random() < 0.2:
            meet(chance.sample(desks, 2), chance)
    everything = [one for desk in desks for one in desk.made]
    known = chance.sample(everything, chance.randrange(len(everything) + 1))
    lighter = {one.id: one for one in shed(known)}
    everywhere, kept = MarkLog(), MarkLog()
    everywhere.add(everything)
    kept.add(sent(lighter.get(one.id, one)) for one in chance.sample(everything, len(everything)))
    assert kept.marks == everywhere.marks
    assert shed([lighter.get(one.id, one) for one in known]) == ()
    for mark in kept.marks:
        assert kept.deletion(mark) == everywhere.deletion(mark)
        strokes = kept.marks[mark].strokes
        assert kept.erasure(mark, strokes) == everywhere.erasure(mark, strokes)


def test_rubbing_out_and_typing_leave_little_behind() -> None:
    one = Desk("1" * 16)
    note = one.notebook.make("note", {DOCUMENT: on_page(1, spot=Spot(5, 5))})
    one.notebook.add(note)
    for length in range(1, 200):
        one.notebook.change(note.id, body="chữ " * length)
    one.write()
    one.write(y=3)
    for number in range(200):
        one.write(y=6)
        one.notebook.erase(DOCUMENT, 1, [(99, 506), (131, 506)], 1.0, part=number % 2 == 0)
    lighter = {operation.id: operation for operation in shed(one.made)}
    before = sum(len(operations.encode(operation)) for operation in one.made)
    after = sum(
        len(operations.encode(lighter.get(operation.id, operation))) for operation in one.made
    )
    assert len(one.made) < 1000
    assert after < 256 * len(one.made)
    assert after < before / 2
    again = MarkLog()
    again.add(lighter.get(operation.id, operation) for operation in one.made)
    assert tuple(again.marks.values()) == one.notebook.marks


def sent(operation: Operation) -> Operation:
    return operations.decode(operations.encode(operation))


def meet(some: list[Desk], chance: random.Random) -> None:
    for origin in some:
        for goal in some:
            goal.notebook.take(chance.sample(origin.made, chance.randrange(len(origin.made) + 1)))


def act(desk: Desk, chance: random.Random) -> None:
    notebook = desk.notebook
    known = [mark.id for mark in notebook.marks]
    what = chance.randrange(8) if known else 0
    if what <= 1:
        desk.write(y=chance.choice([0, 5, 200]), pen=chance.choice([tools.BLUE, tools.RED]))
    elif what == 2:
        notebook.delete(*chance.sample(known, 1))
    elif what == 3:
        notebook.change(chance.choice(known), body=chance.choice("abc"), colour="pen2")
    elif what == 4:
        notebook.undo()
    elif what == 5:
        notebook.redo()
    elif what == 6:
        x = chance.choice([105, 115, 125])
        notebook.erase(DOCUMENT, 1, [(x, 400), (x, 800)], 2.0, part=chance.random() < 0.6)
    else:
        notebook.retarget(NEXT, {chance.choice(known): on_page(chance.choice([1, 2]))})


# ---- bad logs ------------------------------------------------------------------------------------


def test_an_operation_comes_back_as_it_was() -> None:
    one, _, mark = pair()
    one.notebook.delete(mark.id)
    for operation in one.made:
        assert sent(operation) == operation


@pytest.mark.parametrize("cut", [0, 1, 7, -1, -9])
def test_a_truncated_operation_is_refused(cut: int) -> None:
    one, _, _ = pair()
    with pytest.raises(BadOperation):
        operations.decode(operations.encode(one.made[0])[:cut])


def test_operations_that_no_client_makes_are_refused() -> None:
    one, _, mark = pair()
    good = one.made[0]
    bad = [
        msgspec.structs.replace(good, at=LATEST + 1),
        msgspec.structs.replace(good, at=0),
        msgspec.structs.replace(good, number=0),
        Operation("d", 1, 5, Put("no mark")),
        Operation("d", 1, 5, Put(mark.id, colour="#123456")),  # type: ignore[arg-type]
        Operation("d", 1, 5, Put(mark.id, width=float("nan"))),
        Operation("d", 1, 5, Put(mark.id, width=1e9)),
        Operation("d", 1, 5, Put(mark.id, strokes={mark.id: b"\x00\x05"})),
        Operation(
            "d",
            1,
            5,
            Put(mark.id, targets={DOCUMENT: msgspec.structs.replace(on_page(1), areas=())}),
        ),
        Operation("d", 1, 5, Put(mark.id, targets={"x": on_page(1)})),
        Operation("d", 1, 5, Put(mark.id, targets={DOCUMENT: on_page(0)})),
    ]
    for operation in bad:
        with pytest.raises(BadOperation):
            sent(operation)
    with pytest.raises(BadOperation):
        operations.decode(b"\x00" * (operations.MAX_OPERATION + 1))


def test_a_field_of_a_mark_that_nobody_has_made_waits_for_the_mark() -> None:
    one, other, mark = Desk("1" * 16), Desk("2" * 16), ""
    mark = one.write().id
    one.notebook.change(mark, colour="pen2")
    other.notebook.take(one.made[1:])
    assert other.notebook.marks == ()
    other.notebook.take(one.made)
    assert other.notebook.marks == one.notebook.marks


def test_equal_strokes_ids_with_other_points_give_the_same_everywhere() -> None:
    one = Desk("1" * 16)
    mark = one.write()
    [stroke] = mark.strokes
    forged = Operation("f" * 16, 1, LATEST, Put(mark.id, strokes={stroke: b"\x00\x01\x02\x02\x00"}))
    first, second = MarkLog(), MarkLog()
    first.add([*one.made, forged])
    second.add([forged, *one.made])
    assert first.marks == second.marks
    assert first.marks[mark.id].strokes == mark.strokes


def test_a_mark_too_long_for_one_operation_is_made_of_several() -> None:
    one, other = Desk("1" * 16), Desk("2" * 16)
    chance = random.Random(7)  # noqa: S311 - a scribble
    rough = [Point(chance.uniform(0, 500), chance.uniform(0, 700), 0.5, t) for t in range(12_000)]
    for _ in range(5):
        one.notebook.write(DOCUMENT, 1, rough, tools.BLUE)
    one.notebook.delete(*[mark.id for mark in one.notebook.marks])
    one.notebook.undo()
    assert all(len(operations.encode(made)) <= operations.MAX_OPERATION for made in one.made)
    exchange(one, other)
    assert other.notebook.marks == one.notebook.marks
