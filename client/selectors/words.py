"""Sentences about meetings: times, rules, results and refusals in the person's language."""

import datetime as dt
from dataclasses import dataclass

from client.i18n import Translator, date_text, decimal, time_text
from client.state import AppState, Language
from server.protocol.ids import Time
from server.protocol.refusals import Refusal
from server.protocol.state import Base, Tally, Threshold

_MINUTE = 60_000


@dataclass(frozen=True)
class Words:
    """The translator, bound to one language."""

    language: Language

    @classmethod
    def of(cls, state: AppState) -> "Words":
        """Return the words for the person at this device."""
        return cls(state.preferences.language)

    def __call__(self, key: str, **params: object) -> str:
        """Return the string of `key`."""
        return Translator.load().tr(key, self.language, **params)

    def time(self, at: Time) -> str:
        """Return the local time of day, 08:30; empty for 0."""
        return time_text(_local(at)) if at else ""

    def date(self, at: Time) -> str:
        """Return the local date, 18/09/2025; empty for 0."""
        return date_text(_local(at).date()) if at else ""

    def weekday_date(self, at: Time) -> str:
        """Return the weekday and date: Thứ Năm, 18/09/2025; empty for 0."""
        if not at:
            return ""
        return f"{self(f'day.{_local(at).weekday()}')}, {self.date(at)}"

    def day_and_month(self, at: Time) -> tuple[str, str]:
        """Return what a calendar leaf shows: the day, and the month's short name."""
        moment = _local(at)
        return f"{moment.day:02d}", self("month.s", n=moment.month)

    def hundredths(self, percent: int) -> str:
        """Return a tally's percentage, 73,33 (without the sign)."""
        return decimal(f"{percent // 100}.{percent % 100:02d}", self.language)

    def base(self, base: Base) -> str:
        """Return the name of a base: tổng số ủy viên."""
        return self(f"base.{base}")

    def fraction(self, threshold: Threshold) -> str:
        """Return a threshold without its base: quá 1/2, từ 2/3."""
        key = "rule.more_than" if threshold.strict else "rule.at_least"
        return self(key, f=f"{threshold.numerator}/{threshold.denominator}")

    def rule(self, threshold: Threshold, base: Base, count: int) -> str:
        """Return a rule in words: quá 1/2 tổng số 15 ủy viên."""
        return self(f"rule.{base}", f=self.fraction(threshold), n=count)

    def refusal(self, refusal: Refusal) -> str:
        """Return what happened and what to do about it."""
        params = {name: value for name, value in refusal.params.items() if name != "key"}
        return self(f"refusal.{refusal.code}", **params)

    def body(self, tally: Tally) -> str:
        """Return how many of which base were in favour: 7/15 tổng số ủy viên tán thành."""
        return self(f"res.of.{tally.base}", a=tally.counts.get("for", 0), b=tally.base_count)


def _local(at: Time) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC).astimezone()


def minutes_until(at: Time, now: Time) -> int:
    """Return the whole minutes from now until `at`, rounded up; negative when it is past."""
    return -((now - at) // _MINUTE)


def same_day(one: Time, other: Time) -> bool:
    """Say whether both times fall on one local day."""
    return _local(one).date() == _local(other).date()
