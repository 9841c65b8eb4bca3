"""What a device keeps beside its papers, and what it lets in without the server."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from client.device.battery import read_battery
from client.device.credentials import code_bytes, comparison, to_bytes, to_text
from client.device.enrolment import Enrolment, Invitation, keep, load, read_invitation
from client.device.memory import KeptDevice, KeptPerson, KeptRoom, Memory, named_by
from client.device.pinlock import (
    FREE_TRIES,
    LONGEST_WAIT,
    WINDOW,
    CacheKeys,
    Cost,
    PinLock,
    Unlocked,
)
from client.device.vault import Vault
from client.line import Address, addresses, read_address
from client.options import default_folder, read_options
from client.state import Pending, Preferences, ReadingPlace
from server.protocol import commands as c
from server.protocol.office import MeetingCard
from server.protocol.refusals import Code, Refusal
from server.protocol.state import (
    AgendaItem,
    File,
    MeetingState,
    Organization,
    Paper,
    Personal,
)

BODY = Organization("o1", "Ban Thường vụ")
CARD = MeetingCard("m1", BODY, "Hội nghị", "", "", 0, 0, "open", "member")
SHA = "a" * 64
FILE = File(SHA, "b" * 64, 3, 100)
STATE = MeetingState(
    "m1",
    BODY,
    "Hội nghị",
    items=(
        AgendaItem("i1", 1, "Tờ trình", "Tờ trình", papers=(Paper("pp1", "Tờ", files=(FILE,)),)),
    ),
)
ROOM = KeptRoom(CARD, STATE, "e1", 7, Personal(place=2))
TOKEN = "a-login-of-before"  # noqa: S105 - a test's own
QUICK = Cost(passes=1, lanes=1, kibibytes=64)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory", Vault(bytes(32)))


def test_a_person_finds_their_things_again(memory: Memory) -> None:
    kept = KeptPerson(
        "An",
        Preferences(language="en"),
        {"pp1": ReadingPlace(2, 0.5)},
        {"pp1": 1},
        {},
        {"i1": "Lời"},
    )
    assert memory.person("p1") is None
    memory.keep_person("p1", kept)
    memory.keep_room("p1", ROOM)
    assert memory.person("p1") == kept
    assert memory.rooms("p1") == (ROOM,)
    assert memory.named() == {SHA} == named_by(STATE)
    assert memory.rooms("p2") == ()
    memory.forget_room("p1", "m1")
    assert memory.rooms("p1") == ()
    assert memory.named() == frozenset()


def test_the_device_remembers_who_may_sign_in(memory: Memory) -> None:
    assert memory.device() == KeptDevice()
    memory.keep_device(KeptDevice("Máy 07", own="p1"))
    assert memory.device().own == "p1"


def test_requests_come_back_in_order_and_only_to_their_writer(memory: Memory) -> None:
    letters = [Pending(f"r{n}", "m1", c.CastBallot("q1", f"b{n}", "for"), n) for n in range(12)]
    for letter in letters:
        memory.keep_letter("p1", letter)
    memory.keep_letter("p2", Pending("other", "m1", c.AskFloor(), 1))
    memory.drop_letter("r5")
    left = tuple(one for one in letters if one.id != "r5")
    assert memory.letters("p1") == left


def test_order_goes_on_after_a_restart(memory: Memory, tmp_path: Path) -> None:
    memory.keep_letter("p1", Pending("z", "m1", c.AskFloor(), 1))
    again = Memory(tmp_path / "memory", Vault(bytes(32)))
    again.letters("p1")
    again.keep_letter("p1", Pending("a", "m1", c.WithdrawFloor(), 2))
    assert [one.id for one in again.letters("p1")] == ["z", "a"]


def test_nothing_it_keeps_can_be_read_without_the_key(memory: Memory, tmp_path: Path) -> None:
    memory.keep_room("p1", ROOM)
    memory.keep_letter("p1", Pending("r1", "m1", c.CastBallot("q1", "b1", "for"), 1))
    files = [path for path in (tmp_path / "memory").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"position" not in path.read_bytes()
        assert b"CastBallot" not in path.read_bytes()


def test_a_damaged_file_counts_as_not_there(
    memory: Memory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory.keep_device(KeptDevice("Máy 07"))
    (tmp_path / "memory" / "device").write_bytes(b"garbled")
    assert memory.device() == KeptDevice()
    assert "cannot be used" in caplog.text


def test_a_draft_that_a_crash_left_behind_is_no_letter(memory: Memory, tmp_path: Path) -> None:
    memory.keep_letter("p1", Pending("r1", "m1", c.AskFloor(), 1))
    (path,) = (tmp_path / "memory").rglob("r1")
    path.with_name("r2.new").write_bytes(b"half")
    assert [one.id for one in memory.letters("p1")] == ["r1"]


# ---- the PIN without the server ------------------------------------------------------------------


@pytest.fixture
def lock(tmp_path: Path) -> PinLock:
    made = PinLock(tmp_path / "pins", Vault(bytes(32)), QUICK)
    made.keep("p1", "135790", TOKEN)
    return made


def test_the_right_pin_opens_the_last_logins_token(lock: PinLock) -> None:
    assert lock.unlock("p1", "135790", 0) == Unlocked(TOKEN)


def test_nobody_gets_in_who_was_never_here_online(lock: PinLock) -> None:
    assert lock.unlock("p2", "135790", 0) == Refusal(Code.SERVER_UNREACHABLE)
    lock.forget("p1")
    assert lock.unlock("p1", "135790", 0) == Refusal(Code.SERVER_UNREACHABLE)


def test_wrong_pins_make_the_next_try_wait_longer_each_time(lock: PinLock) -> None:
    now = 1_000.0
    for left in (4, 3, 2, 1):
        wrong = Refusal(Code.PIN_WRONG, {"left": left, "seconds": 0})
        assert lock.unlock("p1", "000000", now) == wrong
    waits = []
    for _ in range(12):
        refusal = lock.unlock("p1", "000000", now)
        assert isinstance(refusal, Refusal)
        seconds = int(refusal.params["seconds"])
        waits.append(seconds)
        locked = lock.unlock("p1", "135790", now + seconds - 0.5)
        assert isinstance(locked, Refusal)
        assert locked.code is Code.PIN_LOCKED
        now += seconds
    assert waits == [min(LONGEST_WAIT, 2**n) for n in range(12)]
    assert lock.unlock("p1", "135790", now) == Unlocked(TOKEN)
    again = lock.unlock("p1", "000000", now)
    assert again == Refusal(Code.PIN_WRONG, {"left": FREE_TRIES - 1, "seconds": 0})


def test_a_restart_is_no_way_around_the_wait(lock: PinLock, tmp_path: Path) -> None:
    for _ in range(FREE_TRIES):
        lock.unlock("p1", "000000", 50)
    again = PinLock(tmp_path / "pins", Vault(bytes(32)), QUICK)
    locked = again.unlock("p1", "135790", 50)
    assert locked == Refusal(Code.PIN_LOCKED, {"seconds": 2})


def test_several_people_may_try_at_the_same_moment(tmp_path: Path) -> None:
    lock = PinLock(tmp_path / "pins", Vault(bytes(32)), Cost(passes=1, lanes=4, kibibytes=256))
    people = [f"p{n}" for n in range(8)]
    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(lambda person: lock.keep(person, "135790", TOKEN), people))
        opened = threads.map(lambda person: lock.unlock(person, "135790", 0), people, timeout=30)
    assert list(opened) == [Unlocked(TOKEN)] * 8


KEYS = CacheKeys(b"k" * 32, b"s" * 32)
NOW = 1_758_157_200.0


def test_the_papers_key_opens_by_pin_and_share_for_two_weeks(lock: PinLock, tmp_path: Path) -> None:
    lock.keep("p1", "135790", TOKEN, KEYS, NOW)
    at_rest = b"".join(path.read_bytes() for path in (tmp_path / "pins").iterdir())
    assert KEYS.cache not in at_rest
    assert KEYS.share not in at_rest
    assert lock.unlock("p1", "135790", NOW + WINDOW - 1) == Unlocked(TOKEN, KEYS.cache)
    lock.renew("p1", NOW + WINDOW)
    assert lock.unlock("p1", "135790", NOW + 2 * WINDOW - 1) == Unlocked(TOKEN, KEYS.cache)
    assert lock.unlock("p1", "135790", NOW + 2 * WINDOW + 1) == Unlocked(TOKEN)
    assert lock.unlock("p1", "135790", NOW + WINDOW) == Unlocked(TOKEN)  # gone for good


def test_a_clock_that_is_set_back_ends_the_window(lock: PinLock) -> None:
    lock.keep("p1", "135790", TOKEN, KEYS, NOW)
    assert lock.unlock("p1", "135790", NOW - 3 * 24 * 3600) == Unlocked(TOKEN)
    lock.keep("p1", "135790", TOKEN, KEYS, NOW)
    lock.wipe()
    assert lock.unlock("p1", "135790", NOW) == Refusal(Code.SERVER_UNREACHABLE)


def test_a_share_of_the_server_that_changed_opens_nothing(lock: PinLock, tmp_path: Path) -> None:
    lock.keep("p1", "135790", TOKEN, KEYS, NOW)
    path, vault = tmp_path / "pins" / "p1", Vault(bytes(32))
    kept = msgspec.msgpack.decode(vault.open(path.read_bytes(), b"pin p1"))
    kept["cache"] = kept["cache"][:-1] + b"?"
    path.write_bytes(vault.seal(msgspec.msgpack.encode(kept), b"pin p1"))
    assert lock.unlock("p1", "135790", NOW) == Refusal(Code.SERVER_UNREACHABLE)


def test_neither_pin_nor_token_lie_on_the_disk(lock: PinLock, tmp_path: Path) -> None:
    assert lock.unlock("p1", "135790", 0) == Unlocked(TOKEN)
    raw = (tmp_path / "pins" / "p1").read_bytes()
    opened = Vault(bytes(32)).open(raw, b"pin p1")
    assert TOKEN.encode() not in raw + opened
    assert b"135790" not in raw + opened


# ---- addresses, codes, files ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-IJKL-MN22", "abcd efgh ijkl mn22", "ABCDEFGHIJKLMN22"]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert code_bytes(typed) == code_bytes("ABCDEFGHIJKLMN22")
    assert len(code_bytes(typed)) == 10


def test_figures_that_the_alphabet_lacks_are_read_as_their_letters() -> None:
    assert code_bytes("ABCD-EFGH-1JKL-MN0B") == code_bytes("ABCD-EFGH-IJKL-MNOB")


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-IJKL-MN2!", "ABCD-EFGH-IJKL-MN229"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="code"):
        code_bytes(typed)


def test_a_qr_holds_everything() -> None:
    ca = to_text(bytes(range(32)))
    qr = f"PHIENHOP1 10.0.0.5,server.local 8443 {ca} ABCDEFGHIJKLMN22"
    expected = Invitation(
        Address(("10.0.0.5", "server.local"), 8443),
        code_bytes("ABCDEFGHIJKLMN22"),
        bytes(range(32)),
    )
    assert read_invitation("", qr) == expected
    assert read_invitation(qr, "") == expected


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "ABCDEFGHIJKLMN22"),
        ("host:8443", ""),
        ("host", "ABCDEFGHIJKLMN22"),
        ("", "PHIENHOP1 host 8443"),
        ("", "PHIENHOP1 , 8443 AAAA ABCDEFGHIJKLMN22"),
        ("", "PHIENHOP1 host 99999 AAAA ABCDEFGHIJKLMN22"),
    ],
)
def test_what_is_no_invitation_is_refused(address: str, code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them means a wrong code
        read_invitation(address, code)


@pytest.mark.parametrize(
    ("text", "read"),
    [("h:1", ("h", 1)), (" 10.0.0.1:8443 ", ("10.0.0.1", 8443)), ("[::1]:8443", ("::1", 8443))],
)
def test_an_address_is_host_and_port(text: str, read: tuple[str, int]) -> None:
    assert read_address(text) == read
    assert read_address(Address((read[0],), read[1]).text) == read


def test_addresses_of_one_server_share_a_port() -> None:
    assert addresses(["a:1", "b:1"]) == Address(("a", "b"), 1)
    with pytest.raises(ValueError, match="one port"):
        addresses(["a:1", "b:2"])


def test_base64url_that_is_none_is_refused() -> None:
    assert to_bytes(to_text(b"\xff\xfe")) == b"\xff\xfe"
    with pytest.raises(ValueError, match="base64url"):
        to_bytes("ă")


def test_both_screens_show_the_same_six_digits() -> None:
    assert comparison(bytes(32), bytes(32)) == comparison(bytes(32), bytes(32))
    assert len(comparison(bytes(32), b"\x01" * 32)) == 6


def test_an_enrolment_is_kept_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    path = tmp_path / "server.json"
    assert load(path) is None
    kept = Enrolment(("h",), 1, "pem", "d1", "tablet", "Máy 07", "Phòng họp")
    keep(path, kept)
    assert load(path) == kept
    path.write_text("{")
    with pytest.raises(ValueError, match=r"server\.json"):
        load(path)


def test_options_are_read_before_any_window(tmp_path: Path) -> None:
    options = read_options("tablet", ["--data", str(tmp_path), "--window", "1280x800"])
    assert (options.folder, options.window) == (tmp_path, (1280, 800))
    assert read_options("tablet", []).window is None
    assert read_options("desk", []).folder == default_folder("desk")


def test_a_size_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options("tablet", ["--window", "big"])
    assert "1280x800" in capsys.readouterr().err


def test_the_battery_is_read_where_there_is_one(tmp_path: Path) -> None:
    assert read_battery(tmp_path) is None
    for name, kind, capacity in (("AC", "Mains", ""), ("BAT0", "Battery", "78\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(kind + "\n")
        (tmp_path / name / "capacity").write_text(capacity)
    assert read_battery(tmp_path) == 78
    (tmp_path / "BAT0" / "capacity").write_text("broken")
    assert read_battery(tmp_path) is None
