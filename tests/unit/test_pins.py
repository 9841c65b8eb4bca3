"""Which PINs are taken, how they are kept, and how long wrong ones cost."""

import subprocess
import sys

import pytest

from server.accounts import lockout
from server.accounts.knocking import Knocking
from server.accounts.pins import Cost, Hasher, first_secret, kind_for, kind_on, refuse_weak
from server.protocol.refusals import Code, Refusal

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@pytest.mark.parametrize(
    "pin",
    [
        "000000", "111111", "123456", "654321", "012345", "890123", "121212", "123123", "112211",
        "246802", "122221", "343434", "12345", "1234567", "12345a", "", "\u0661" * 6,
    ],
)  # fmt: skip
def test_pins_that_are_guessed_first_are_refused(pin: str) -> None:
    assert refuse_weak("pin", pin) == Refusal(Code.PIN_WEAK, {"digits": 6})


@pytest.mark.parametrize("pin", ["270594", "482915", "199307", "900112"])
def test_other_pins_are_taken(pin: str) -> None:
    assert refuse_weak("pin", pin) is None


@pytest.mark.parametrize(
    ("passphrase", "taken"),
    [
        ("một câu đủ dài", True),
        ("abcdefghij", True),
        ("chín ký t", False),
        ("aaaaaaaaaaaa", False),
        ("ababababab", False),
    ],
)
def test_a_passphrase_has_ten_characters_and_not_all_the_same(passphrase: str, taken: bool) -> None:
    assert (refuse_weak("passphrase", passphrase) is None) == taken


def test_what_each_role_and_device_asks_for() -> None:
    assert [kind_for(role) for role in ("member", "guest", "site")] == ["pin"] * 3
    assert [kind_for(role) for role in ("secretary", "technician")] == ["passphrase"] * 2
    assert kind_for("display") is None
    assert (kind_on("tablet"), kind_on("desk"), kind_on("display")) == ("pin", "passphrase", None)


def test_first_secrets_are_ones_that_a_person_could_choose() -> None:
    assert all(refuse_weak("pin", first_secret("pin")) is None for _ in range(200))
    assert all(refuse_weak("passphrase", first_secret("passphrase")) is None for _ in range(20))


async def test_a_secret_is_kept_as_argon2id_with_its_own_salt_and_cost() -> None:
    hasher = Hasher(CHEAP)
    kept = await hasher.hash("270594")
    assert kept.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert kept != await hasher.hash("270594")
    assert await hasher.matches("270594", kept)
    assert not await hasher.matches("270595", kept)


async def test_first_secrets_cost_less_and_the_default_is_the_full_cost() -> None:
    assert (await Hasher().hash("270594", first=True)).startswith("$argon2id$v=19$m=8192,t=1,p=1$")
    assert (await Hasher().hash("270594")).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_each_wrong_pin_in_a_row_costs_more_up_to_a_quarter_of_an_hour() -> None:
    count, now, waits = lockout.Count(), 0, []
    for _ in range(7):
        count = lockout.failed(count, now)
        waits.append(lockout.waiting(count, now))
        now = count.until
    assert waits == [1, 5, 30, 165, 900, 900, 900]
    assert lockout.waiting(count, now) == 0
    assert lockout.left(count) == 0


def test_at_most_five_tries_count_within_a_quarter_of_an_hour() -> None:
    count, tries = lockout.Count(), 0
    for now in range(0, 15 * 60 * 1000, 100):
        if lockout.waiting(count, now) == 0:
            count, tries = lockout.failed(count, now), tries + 1
    assert tries == 5


def test_the_wait_is_rounded_up() -> None:
    count = lockout.failed(lockout.Count(), 0)
    assert [lockout.waiting(count, now) for now in (0, 1, 999, 1000)] == [1, 1, 1, 0]


def test_a_count_that_rested_a_day_starts_anew() -> None:
    count = lockout.Count(5, 0, last_at=0)
    assert lockout.failed(count, lockout.FORGET_MS).failures == 6
    assert lockout.failed(count, lockout.FORGET_MS + 1).failures == 1


def test_wrong_codes_are_counted_for_each_address_and_forgotten_after_a_minute() -> None:
    knocking = Knocking()
    assert all(knocking.wrong("10.0.0.7", 0) is None for _ in range(10))
    assert knocking.wrong("10.0.0.8", 0) is None
    assert knocking.wrong("10.0.0.7", 1_500) == Refusal(Code.TOO_MANY_REQUESTS, {"seconds": 59})
    assert knocking.wrong("10.0.0.7", 60_000) is None


def test_many_secrets_at_once_do_not_wait_for_each_other_for_ever() -> None:
    script = (
        "import asyncio\n"
        "from server.accounts.pins import Cost, Hasher\n"
        "async def main():\n"
        "    hashers = [Hasher(Cost(passes=1)) for _ in range(3)]\n"
        "    await asyncio.gather(*(one.hash('204816') for one in hashers for _ in range(8)))\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
