"""Identity on a real database: pairing, signing in, moving, locking, and every refusal."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from server.accounts import (
    Accounts,
    Cost,
    Devices,
    Hasher,
    Login,
    People,
    Revoked,
    migrations,
    pairing,
)
from server.accounts.devices import CODE_MS
from server.accounts.pins import first_secret
from server.database import Database
from server.protocol.frames import ChangePin, FirstRun, Kind, Pair, Paired, SignIn
from server.protocol.office import Person
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization

T = TypeVar("T")
CA = hashlib.sha256(b"the CA").digest()
BODY = Organization("btv", "Ban Thường vụ Tỉnh ủy X")
PASSPHRASE = "một câu đủ dài"  # noqa: S105 - a test's own
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@dataclass
class Clock:
    now: int = 1_758_157_200_000

    def __call__(self) -> int:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@dataclass
class Tablet:
    """A device as the wire sees it: one key, and what it was told."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    nonce: bytes = field(default_factory=lambda: os.urandom(32))
    id: str = ""

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def proof(self, code: str) -> str:
        key = pairing.code_key(code)
        assert key is not None
        made = pairing.proof(key, pairing.ASKING, CA, self.public, self.nonce)
        return pairing.encode64(made)

    def pair(self, code: str, kind: Kind = "tablet", name: str = "Máy 07") -> Pair:
        public, nonce = pairing.encode64(self.public), pairing.encode64(self.nonce)
        return Pair(name, kind, public, nonce, self.proof(code))

    def first_run(self, code: str, passphrase: str = PASSPHRASE) -> FirstRun:
        public, nonce = pairing.encode64(self.public), pairing.encode64(self.nonce)
        return FirstRun(
            "Bàn thư ký", public, nonce, self.proof(code), BODY, "Trần Thị Mai", passphrase
        )

    def sign(self, nonce: bytes, ca: bytes = CA) -> str:
        return pairing.encode64(self.key.sign(pairing.challenge_message(ca, nonce)))


@dataclass
class Office:
    """A server's identity with one body, one desk, and what the gateway would have been told."""

    accounts: Accounts
    people: People
    devices: Devices
    clock: Clock
    revoked: list[Revoked]
    approved: list[str]
    bodies: frozenset[str] = frozenset({"btv"})

    async def tablet(self, kind: Kind = "tablet", person: str = "") -> Tablet:
        tablet = Tablet()
        issued = await self.devices.issue(self.bodies, kind=kind, person=person)
        paired = await self.accounts.pair(tablet.pair(issued.code, kind), "10.0.0.7")
        assert isinstance(paired, Paired), paired
        assert await self.devices.approve(self.bodies, paired.device) is None
        tablet.id = paired.device
        return tablet

    async def member(
        self, name: str = "Nguyễn Văn An", post: str = "", seat: str = ""
    ) -> tuple[str, str]:
        """Somebody new with a PIN of their own: (person, first PIN)."""
        person = Person(f"p{abs(hash(name)) % 10**9}", name, "member", post, seat)
        pins = await self.people.put("btv", [person], self.bodies)
        assert not isinstance(pins, Refusal), pins
        return person.id, pins[0].pin


async def make_office(path: Path) -> Office:
    database = await Database.open(path, [migrations])
    clock = Clock()
    accounts = await Accounts.open(database, CA, clock=clock, hasher=Hasher(CHEAP, CHEAP))
    revoked: list[Revoked] = []
    approved: list[str] = []
    accounts.listen(revoked.append, approved.append)
    registry = accounts.registry
    return Office(accounts, People(registry), Devices(registry), clock, revoked, approved)


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[Office]:
    office = await make_office(tmp_path / "phienhop.db")
    yield office
    await office.accounts.close()
    await office.accounts.registry.database.close()


@pytest.fixture
async def office(bare: Office) -> Office:
    done(await bare.accounts.first_run(Tablet().first_run(desk_code(bare))))
    return bare


def desk_code(office: Office) -> str:
    assert office.accounts.desk_code is not None
    return office.accounts.desk_code


def code_key(code: str) -> bytes:
    key = pairing.code_key(code)
    assert key is not None
    return key


def done(outcome: T | Refusal) -> T:
    assert not isinstance(outcome, Refusal), outcome
    return outcome


def refused(outcome: object) -> Code:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


async def signed_in(office: Office, tablet: Tablet, person: str, pin: str) -> Login:
    return done(await office.accounts.sign_in(tablet.id, SignIn(person, pin)))


# ---- the first desk ------------------------------------------------------------------------------


async def test_the_printed_code_makes_a_body_a_secretary_and_an_approved_desk(bare: Office) -> None:
    desk = Tablet()
    assert bare.accounts.empty
    paired = done(await bare.accounts.first_run(desk.first_run(desk_code(bare))))
    assert paired.approved
    assert not bare.accounts.empty
    assert bare.accounts.desk_code is None
    seats = done(await bare.accounts.seats(paired.device))
    assert [seat.name for seat in seats.seats] == ["Trần Thị Mai"]
    login = done(
        await bare.accounts.sign_in(paired.device, SignIn(seats.seats[0].person, PASSPHRASE))
    )
    assert not login.must_change
    assert dict(login.organizations) == {"btv": "secretary"}


async def test_the_server_proves_that_it_knew_the_code_too(bare: Office) -> None:
    desk, code = Tablet(), desk_code(bare)
    paired = done(await bare.accounts.first_run(desk.first_run(code)))
    expected = pairing.proof(code_key(code), pairing.ANSWERING, CA, desk.public, desk.nonce)
    assert pairing.decode64(paired.proof) == expected
    assert paired.comparison == pairing.comparison(CA, desk.public)


async def test_a_first_run_whose_answer_was_lost_gets_the_same_answer_again(bare: Office) -> None:
    frame = Tablet().first_run(desk_code(bare))
    assert await bare.accounts.first_run(frame) == await bare.accounts.first_run(frame)


async def test_first_run_refusals(bare: Office) -> None:
    code = desk_code(bare)
    assert refused(await bare.accounts.first_run(Tablet().first_run(pairing.new_code()))) == (
        Code.CODE_WRONG
    )
    assert refused(await bare.accounts.first_run(Tablet().first_run(code, "ngắn"))) == Code.PIN_WEAK
    good = Tablet().first_run(code)
    nameless = replace(good, secretary="  ")
    assert refused(await bare.accounts.first_run(nameless)) == Code.NAME_EMPTY
    garbled = replace(good, public_key="AAAA")
    assert refused(await bare.accounts.first_run(garbled)) == Code.BAD_FRAME
    assert isinstance(await bare.accounts.first_run(good), Paired)
    again = Tablet().first_run(code)
    assert refused(await bare.accounts.first_run(again)) == Code.ALREADY_SET_UP


async def test_the_first_secretary_joins_a_body_that_was_imported(bare: Office) -> None:
    imported = Organization("ban-thuong-vu", BODY.name)
    await bare.people.add_organization(imported, None, frozenset())
    await bare.people.put("ban-thuong-vu", [Person("p1", "Nguyễn Văn An")])
    assert bare.accounts.empty
    done(await bare.accounts.first_run(Tablet().first_run(desk_code(bare))))
    assert await bare.people.organizations() == (imported,)
    names = [one.name for one in await bare.people.of("ban-thuong-vu")]
    assert names == ["Nguyễn Văn An", "Trần Thị Mai"]


async def test_a_new_body_of_a_taken_identifier_gets_another(bare: Office) -> None:
    await bare.people.add_organization(Organization("btv", "Đảng ủy"), None, frozenset())
    done(await bare.accounts.first_run(Tablet().first_run(desk_code(bare))))
    assert [one.name for one in await bare.people.organizations()] == ["Đảng ủy", BODY.name]


async def test_a_server_with_people_but_no_desk_prints_a_code_that_pairs_one(
    bare: Office, tmp_path: Path
) -> None:
    assert await bare.people.add_organization(BODY, None, frozenset()) is None
    await bare.people.put("btv", [Person("s1", "Trần Thị Mai", "secretary")])
    desk = Tablet()
    paired = done(await bare.accounts.pair(desk.pair(desk_code(bare), "desk"), "10.0.0.1"))
    assert paired.approved
    assert bare.accounts.desk_code is None


# ---- pairing -------------------------------------------------------------------------------------


async def test_a_paired_device_waits_until_the_desk_approves_it(office: Office) -> None:
    tablet = Tablet()
    issued = await office.devices.issue(office.bodies, label="Ghế 07", person="")
    paired = done(await office.accounts.pair(tablet.pair(issued.code), "10.0.0.7"))
    assert not paired.approved
    nonce = os.urandom(32)
    asked = (paired.device, tablet.sign(nonce), pairing.encode64(nonce))
    assert refused(await office.accounts.authenticate(*asked)) == Code.DEVICE_WAITING
    waiting = (await office.devices.known(office.bodies))[0]
    assert (waiting.state, waiting.name, waiting.comparison) == (
        "waiting",
        "Ghế 07",
        paired.comparison,
    )
    assert await office.devices.approve(office.bodies, paired.device) is None
    assert office.approved == [paired.device]
    row = done(await office.accounts.authenticate(*asked))
    assert (row.id, row.name, row.kind) == (paired.device, "Ghế 07", "tablet")


async def test_a_code_pairs_one_device_and_repeats_its_answer_to_that_one_only(
    office: Office,
) -> None:
    issued = await office.devices.issue(office.bodies)
    first = Tablet()
    paired = done(await office.accounts.pair(first.pair(issued.code), "10.0.0.7"))
    assert await office.accounts.pair(first.pair(issued.code), "10.0.0.7") == paired
    other = await office.accounts.pair(Tablet().pair(issued.code), "10.0.0.8")
    assert refused(other) == Code.CODE_WRONG


async def test_codes_that_do_not_pair(office: Office) -> None:
    accounts = office.accounts
    wrong = Tablet().pair(pairing.new_code())
    assert refused(await accounts.pair(wrong, "10.0.0.7")) == Code.CODE_WRONG
    issued = await office.devices.issue(office.bodies)
    desk = Tablet().pair(issued.code, "desk")
    assert refused(await accounts.pair(desk, "10.0.0.7")) == Code.CODE_WRONG
    office.clock.go(CODE_MS / 1000)
    late = Tablet().pair(issued.code)
    assert refused(await accounts.pair(late, "10.0.0.7")) == Code.CODE_EXPIRED
    garbled = Pair("x", "tablet", "AAAA", "AAAA", "AAAA")
    assert refused(await accounts.pair(garbled, "10.0.0.7")) == Code.BAD_FRAME


async def test_many_wrong_codes_are_slowed_but_a_right_one_from_the_same_address_passes(
    office: Office,
) -> None:
    for _ in range(10):
        wrong = Tablet().pair(pairing.new_code())
        assert refused(await office.accounts.pair(wrong, "10.0.0.7")) == Code.CODE_WRONG
    outcome = await office.accounts.pair(Tablet().pair(pairing.new_code()), "10.0.0.7")
    assert outcome == Refusal(Code.TOO_MANY_REQUESTS, {"seconds": 60})
    issued = await office.devices.issue(office.bodies)
    right = await office.accounts.pair(Tablet().pair(issued.code), "10.0.0.7")
    assert isinstance(right, Paired)


async def test_an_impostor_with_another_ca_gets_no_proof_that_the_server_takes(
    office: Office,
) -> None:
    issued = await office.devices.issue(office.bodies)
    tablet = Tablet()
    other_ca = hashlib.sha256(b"an impostor's CA").digest()
    stolen = pairing.proof(
        code_key(issued.code), pairing.ASKING, other_ca, tablet.public, tablet.nonce
    )
    public, nonce = pairing.encode64(tablet.public), pairing.encode64(tablet.nonce)
    relayed = Pair("x", "tablet", public, nonce, pairing.encode64(stolen))
    assert refused(await office.accounts.pair(relayed, "10.0.0.7")) == Code.CODE_WRONG


async def test_a_device_that_cannot_prove_its_key_is_refused(office: Office) -> None:
    tablet = await office.tablet()
    nonce = os.urandom(32)
    wire = pairing.encode64(nonce)
    authenticate = office.accounts.authenticate
    assert refused(await authenticate("nobody", tablet.sign(nonce), wire)) == Code.DEVICE_UNKNOWN
    for signature in (Tablet().sign(nonce), tablet.sign(os.urandom(32)), "A", "AAAA"):
        assert refused(await authenticate(tablet.id, signature, wire)) == Code.SIGNATURE_WRONG
    relayed = tablet.sign(nonce, hashlib.sha256(b"an impostor's CA").digest())
    assert refused(await authenticate(tablet.id, relayed, wire)) == Code.SIGNATURE_WRONG


async def test_a_revoked_device_is_out_at_once(office: Office) -> None:
    person, pin = await office.member()
    tablet = await office.tablet()
    login = await signed_in(office, tablet, person, pin)
    assert await office.devices.revoke(office.bodies, tablet.id) is None
    assert [(one.login, one.code) for one in office.revoked] == [(login.id, Code.DEVICE_REVOKED)]
    nonce = os.urandom(32)
    asked = (tablet.id, tablet.sign(nonce), pairing.encode64(nonce))
    assert refused(await office.accounts.authenticate(*asked)) == Code.DEVICE_REVOKED
    assert refused(await office.accounts.resume(tablet.id, login.token)) == Code.DEVICE_REVOKED
    assert refused(await office.accounts.seats(tablet.id)) == Code.DEVICE_REVOKED
    again = await office.accounts.sign_in(tablet.id, SignIn(person, pin))
    assert refused(again) == Code.DEVICE_REVOKED
    assert refused(await office.devices.approve(office.bodies, tablet.id)) == Code.DEVICE_REVOKED


async def test_a_device_that_is_revoked_while_it_comes_back_is_told_no_keys(office: Office) -> None:
    person, pin = await office.member()
    tablet = await office.tablet()
    login = await signed_in(office, tablet, person, pin)
    assert login.keys is not None
    coming_back = asyncio.ensure_future(office.accounts.resume(tablet.id, login.token))
    while not coming_back.done():
        await asyncio.sleep(0)
        assert await office.devices.revoke(office.bodies, tablet.id) is None
    back = coming_back.result()
    assert isinstance(back, Refusal) or back.keys is None
    held = await office.accounts.registry.database.run(
        lambda db: db.table("shares").count_where("device = ?", [tablet.id])
    )
    assert held == 0


async def test_another_office_sees_and_touches_none_of_these_devices(office: Office) -> None:
    tablet = await office.tablet()
    await office.people.add_organization(Organization("bch", "Ban Chấp hành"), None, frozenset())
    restricted = Tablet()
    issued = await office.devices.issue(frozenset({"btv"}))
    paired = done(await office.accounts.pair(restricted.pair(issued.code), "10.0.0.9"))
    stranger = frozenset({"bch"})
    seen = {one.id for one in await office.devices.known(stranger)}
    assert paired.device not in seen
    assert tablet.id in seen  # paired while its issuer served every body
    assert refused(await office.devices.approve(stranger, paired.device)) == Code.DEVICE_UNKNOWN
    assert refused(await office.devices.revoke(stranger, paired.device)) == Code.DEVICE_UNKNOWN


async def test_a_display_needs_no_pin(office: Office) -> None:
    display = await office.tablet("display")
    seats = done(await office.accounts.seats(display.id))
    assert seats.seats == ()
    assert seats.token
    login = done(await office.accounts.resume(display.id, seats.token))
    assert dict(login.organizations) == {"btv": "display"}
    assert await office.accounts.seats(display.id) == seats  # its second line ends nothing
    assert office.revoked == []
    assert refused(await office.accounts.change_pin(login, ChangePin("0000", "1111"))) == (
        Code.NOT_ALLOWED
    )
    assert "display" not in {one.role for one in await office.people.of("btv")}


# ---- signing in ----------------------------------------------------------------------------------


async def test_a_first_pin_must_be_changed_and_the_new_one_works(office: Office) -> None:
    person, pin = await office.member()
    tablet = await office.tablet(person=person)
    seats = done(await office.accounts.seats(tablet.id))
    assert (seats.own, [seat.person for seat in seats.seats]) == (person, [person])
    login = await signed_in(office, tablet, person, pin)
    assert login.must_change
    changed = await office.accounts.change_pin(login, ChangePin(pin, "270594"))
    assert isinstance(changed, Login)
    assert (changed.token, changed.must_change) == (login.token, False)
    assert refused(await office.accounts.sign_in(tablet.id, SignIn(person, pin))) == Code.PIN_WRONG
    office.clock.go(1)
    again = await signed_in(office, tablet, person, "270594")
    assert not again.must_change


async def test_pins_that_may_not_be_chosen(office: Office) -> None:
    person, pin = await office.member()
    login = await signed_in(office, await office.tablet(), person, pin)
    change = office.accounts.change_pin
    assert refused(await change(login, ChangePin(pin, pin))) == Code.PIN_SAME
    for weak in ("000000", "123456", "12345", "abcdef"):
        assert refused(await change(login, ChangePin(pin, weak))) == Code.PIN_WEAK
    assert refused(await change(login, ChangePin("999000", "270594"))) == Code.PIN_WRONG
    assert refused(await change(login, ChangePin(pin, "270594"))) == Code.PIN_LOCKED


async def test_wrong_pins_lock_that_person_on_that_device_and_nobody_else(office: Office) -> None:
    an, pin = await office.member("Nguyễn Văn An")
    binh, binh_pin = await office.member("Lê Thị Bình")
    tablet, spare = await office.tablet(), await office.tablet()
    sign_in = office.accounts.sign_in
    waits = []
    for left in (4, 3, 2, 1, 0):
        outcome = await sign_in(tablet.id, SignIn(an, "999999"))
        assert isinstance(outcome, Refusal)
        assert (outcome.code, outcome.params["left"]) == (Code.PIN_WRONG, left)
        waits.append(outcome.params["seconds"])
        locked = await sign_in(tablet.id, SignIn(an, pin))
        assert locked == Refusal(Code.PIN_LOCKED, {"seconds": waits[-1]})
        assert isinstance(await sign_in(tablet.id, SignIn(binh, binh_pin)), Login)
        office.clock.go(int(waits[-1]))
    assert waits == [1, 5, 30, 165, 900]
    assert isinstance(await sign_in(spare.id, SignIn(an, pin)), Login)
    assert isinstance(await sign_in(tablet.id, SignIn(an, pin)), Login)
    after = await sign_in(tablet.id, SignIn(an, "999999"))
    assert after == Refusal(Code.PIN_WRONG, {"left": 4, "seconds": 1})


async def test_a_lock_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "phienhop.db"
    before = await make_office(path)
    await before.people.add_organization(BODY, None, frozenset())
    person, pin = await before.member()
    tablet = await before.tablet()
    await before.accounts.sign_in(tablet.id, SignIn(person, "999999"))
    await before.accounts.close()
    await before.accounts.registry.database.close()
    after = await make_office(path)
    outcome = await after.accounts.sign_in(tablet.id, SignIn(person, pin))
    assert refused(outcome) == Code.PIN_LOCKED
    await after.accounts.registry.database.close()


async def test_one_device_cannot_try_everybodys_pin(office: Office) -> None:
    tablet = await office.tablet()
    people = [(await office.member(f"Người Số {number}"))[0] for number in range(26)]
    outcomes = [
        refused(await office.accounts.sign_in(tablet.id, SignIn(person, "999999")))
        for person in people
    ]
    assert outcomes == [Code.PIN_WRONG] * 25 + [Code.PIN_LOCKED]


async def test_nobody_signs_in_where_they_have_no_seat(office: Office) -> None:
    person, pin = await office.member()
    desk = await office.tablet("desk")
    assert refused(await office.accounts.sign_in(desk.id, SignIn(person, pin))) == (
        Code.PERSON_UNKNOWN
    )
    tablet = await office.tablet()
    nobody = await office.accounts.sign_in(tablet.id, SignIn("nobody", pin))
    assert refused(nobody) == Code.PERSON_UNKNOWN


async def test_signing_in_elsewhere_moves_the_place(office: Office) -> None:
    person, pin = await office.member()
    tablet, spare = await office.tablet(), await office.tablet()
    before = await signed_in(office, tablet, person, pin)
    after = await signed_in(office, spare, person, pin)
    assert [(one.login, one.device, one.code) for one in office.revoked] == [
        (before.id, tablet.id, Code.PLACE_MOVED)
    ]
    assert refused(await office.accounts.resume(tablet.id, before.token)) == Code.PLACE_MOVED
    resumed = done(await office.accounts.resume(spare.id, after.token))
    assert (resumed.id, resumed.must_change) == (after.id, True)


async def test_tokens_that_resume_nothing(office: Office) -> None:
    person, pin = await office.member()
    tablet, other = await office.tablet(), await office.tablet()
    login = await signed_in(office, tablet, person, pin)
    resume = office.accounts.resume
    assert refused(await resume(tablet.id, "AAAA")) == Code.TOKEN_WRONG
    assert refused(await resume(other.id, login.token)) == Code.TOKEN_WRONG
    assert refused(await resume("nobody", login.token)) == Code.DEVICE_UNKNOWN
    await office.accounts.sign_out(login)
    assert refused(await resume(tablet.id, login.token)) == Code.NOT_SIGNED_IN


async def test_the_token_is_not_on_the_disk(office: Office, tmp_path: Path) -> None:
    person, pin = await office.member()
    login = await signed_in(office, await office.tablet(), person, pin)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("phienhop.db*"))
    assert login.id.encode() in stored
    assert login.token.encode() not in stored
    assert pin.encode() not in stored


# ---- people --------------------------------------------------------------------------------------


async def test_people_are_listed_by_given_name(office: Office) -> None:
    for name in ("Trần Văn Đức", "Nguyễn Thị Ánh", "Lê Văn Dũng", "Phạm Văn An"):
        await office.member(name)
    names = [one.name.split()[-1] for one in await office.people.of("btv")]
    assert names == ["An", "Ánh", "Dũng", "Đức", "Mai"]


async def test_people_that_are_not_taken(office: Office) -> None:
    await office.member("Nguyễn Văn An", post="Bí thư", seat="01")
    put = office.people.put
    nameless = await put("btv", [Person("x", "  ")], office.bodies)
    assert refused(nameless) == Code.NAME_EMPTY
    namesake = await put("btv", [Person("x", "Nguyễn  Văn An", post="Bí thư")], office.bodies)
    assert refused(namesake) == Code.NAME_TAKEN
    seat = await put("btv", [Person("x", "Lê Thị Bình", seat="01")], office.bodies)
    assert refused(seat) == Code.SEAT_TAKEN
    assert refused(await put("khác", [Person("x", "Lê Thị Bình")])) == Code.ORGANIZATION_UNKNOWN
    display = await put("btv", [Person("x", "Màn hình", "display")], office.bodies)
    assert refused(display) == Code.NOT_ALLOWED
    assert len(await office.people.of("btv")) == 2


async def test_a_namesake_with_another_post_is_somebody_else(office: Office) -> None:
    await office.member("Nguyễn Văn An", post="Bí thư")
    outcome = await office.people.put("btv", [Person("x", "Nguyễn Văn An")], office.bodies)
    assert not isinstance(outcome, Refusal)


async def test_removing_a_person_ends_their_login_and_their_view_of_the_body(
    office: Office,
) -> None:
    person, pin = await office.member()
    tablet = await office.tablet()
    login = await signed_in(office, tablet, person, pin)
    assert dict(login.organizations) == {"btv": "member"}
    assert await office.people.remove("btv", person) is None
    assert dict(login.organizations) == {}
    assert [one.code for one in office.revoked] == [Code.NOT_SIGNED_IN]
    assert refused(await office.people.remove("btv", person)) == Code.PERSON_UNKNOWN
    again = await office.accounts.sign_in(tablet.id, SignIn(person, pin))
    assert refused(again) == Code.PERSON_UNKNOWN


async def test_a_reset_gives_a_new_first_pin_and_ends_the_lock(office: Office) -> None:
    person, _pin = await office.member()
    tablet = await office.tablet()
    await office.accounts.sign_in(tablet.id, SignIn(person, "999999"))
    pins = await office.people.reset("btv", person, office.bodies)
    assert not isinstance(pins, Refusal)
    login = await signed_in(office, tablet, person, pins[0].pin)
    assert login.must_change
    assert refused(await office.people.reset("btv", "nobody", office.bodies)) == Code.PERSON_UNKNOWN


async def test_a_secretary_cannot_come_into_another_body_by_resetting_a_pin(office: Office) -> None:
    person, _pin = await office.member()
    await office.people.add_organization(Organization("bch", "Ban Chấp hành"), None, frozenset())
    foreign = frozenset({"bch"})
    grabbed = await office.people.put("bch", [Person(person, "Nguyễn Văn An")], foreign)
    assert refused(grabbed) == Code.NOT_ALLOWED
    assert not isinstance(
        await office.people.put("bch", [Person(person, "Nguyễn Văn An")]), Refusal
    )
    assert refused(await office.people.reset("bch", person, foreign)) == Code.NOT_ALLOWED


async def test_a_secretary_of_one_body_is_no_secretary_on_a_tablet(office: Office) -> None:
    person, pin = await office.member()
    chi_bo = Organization("chi-bo", "Chi bộ Văn phòng")
    assert await office.people.add_organization(chi_bo, person, office.bodies) is None
    tablet = await office.tablet()
    login = await signed_in(office, tablet, person, pin)
    assert dict(login.organizations) == {"btv": "member"}


async def test_a_body_needs_a_name_of_its_own(office: Office) -> None:
    add = office.people.add_organization
    assert refused(await add(Organization("x", " "), None, frozenset())) == Code.NAME_EMPTY
    assert refused(await add(Organization("x", BODY.name), None, frozenset())) == Code.NAME_TAKEN
    assert [one.id for one in await office.people.organizations()] == ["btv"]


async def test_a_second_body_is_served_by_the_devices_of_its_office(office: Office) -> None:
    await office.people.add_organization(Organization("bch", "Ban Chấp hành"), None, frozenset())
    issued = await office.devices.issue(frozenset({"btv"}))
    tablet = Tablet()
    paired = done(await office.accounts.pair(tablet.pair(issued.code), "10.0.0.9"))
    await office.devices.approve(office.bodies, paired.device)
    third = Organization("cb", "Chi bộ")
    await office.people.add_organization(third, None, frozenset({"btv"}))
    await office.people.put("cb", [Person("c1", "Đỗ Văn Cường")])
    await office.people.put("bch", [Person("b1", "Bùi Thị Bích")])
    seats = done(await office.accounts.seats(paired.device))
    assert [seat.name for seat in seats.seats] == ["Đỗ Văn Cường"]


async def test_new_first_pins_only_for_those_who_never_signed_in(office: Office) -> None:
    done, pin = await office.member("Nguyễn Văn An")
    waiting, old = await office.member("Lê Thị Bình")
    tablet = await office.tablet()
    login = await signed_in(office, tablet, done, pin)
    await office.accounts.change_pin(login, ChangePin(pin, "270594"))
    pins = await office.people.renew_first("btv")
    assert [one.person for one in pins] == [waiting]
    if pins[0].pin != old:
        assert refused(await office.accounts.sign_in(tablet.id, SignIn(waiting, old))) == (
            Code.PIN_WRONG
        )
        office.clock.go(1)
    await signed_in(office, tablet, waiting, pins[0].pin)


async def test_a_refusing_disk_is_told(office: Office) -> None:
    await office.accounts.registry.database.close()
    assert refused(await office.accounts.seats("x")) == Code.NOT_RECORDED


def test_first_secrets_are_ones_that_could_be_chosen() -> None:
    assert len(first_secret("pin")) == 6
    assert len(first_secret("passphrase")) == 19


# ---- at the same moment --------------------------------------------------------------------------


class SlowHasher(Hasher):
    """Looks at a PIN as slowly as the real one; meanwhile something else happens."""

    def __init__(self) -> None:
        super().__init__(CHEAP, CHEAP)
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def matches(self, text: str, kept: str) -> bool:
        right = await super().matches(text, kept)
        if self.meanwhile is not None:
            await self.meanwhile()
        return right


async def test_a_device_that_is_revoked_while_its_pin_is_looked_at_signs_nobody_in(
    office: Office,
) -> None:
    hasher = office.accounts.registry.hasher = SlowHasher()
    person, pin = await office.member()
    tablet = await office.tablet()
    hasher.meanwhile = lambda: office.devices.revoke(office.bodies, tablet.id)
    outcome = await office.accounts.sign_in(tablet.id, SignIn(person, pin))
    assert refused(outcome) == Code.DEVICE_REVOKED


async def test_many_tries_at_once_are_no_way_around_the_lock(office: Office) -> None:
    person, _pin = await office.member()
    tablet = await office.tablet()
    outcomes = await asyncio.gather(
        *(office.accounts.sign_in(tablet.id, SignIn(person, f"99{n:04d}")) for n in range(20))
    )
    codes = [refused(one) for one in outcomes]
    assert codes.count(Code.PIN_WRONG) == 1
    assert codes.count(Code.PIN_LOCKED) == 19


async def test_of_two_first_desks_at_once_one_sets_up(bare: Office) -> None:
    code = desk_code(bare)
    outcomes = await asyncio.gather(
        *(bare.accounts.first_run(Tablet().first_run(code)) for _ in range(2))
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Paired", "Refusal"]
    assert len(await bare.people.organizations()) == 1


async def test_a_first_run_that_the_disk_refuses_can_be_tried_again(bare: Office) -> None:
    frame = Tablet().first_run(desk_code(bare))
    await bare.accounts.registry.database.close()
    assert refused(await bare.accounts.first_run(frame)) == Code.NOT_RECORDED
    assert desk_code(bare)


async def test_a_first_desk_whose_answer_was_lost_gets_it_again(bare: Office) -> None:
    await bare.people.add_organization(BODY, None, frozenset())
    await bare.people.put("btv", [Person("s1", "Trần Thị Mai", "secretary")])
    frame = Tablet().pair(desk_code(bare), "desk")
    first = done(await bare.accounts.pair(frame, "10.0.0.1"))
    assert await bare.accounts.pair(frame, "10.0.0.1") == first


async def test_another_role_ends_the_login_of_before(office: Office) -> None:
    person, pin = await office.member()
    tablet = await office.tablet()
    await signed_in(office, tablet, person, pin)
    pins = done(await office.people.put("btv", [Person(person, "Nguyễn Văn An", "secretary")]))
    assert len(pins[0].pin) == 19
    assert [one.code for one in office.revoked] == [Code.NOT_SIGNED_IN]


async def test_a_second_body_gets_the_displays_of_its_office(office: Office) -> None:
    display = await office.tablet("display")
    second = Organization("bch", "Ban Chấp hành")
    await office.people.add_organization(second, None, office.bodies)
    seats = done(await office.accounts.seats(display.id))
    login = done(await office.accounts.resume(display.id, seats.token))
    assert dict(login.organizations) == {"btv": "display", "bch": "display"}
    assert [one.id for one in await office.people.displays("bch")] == [display.id]
