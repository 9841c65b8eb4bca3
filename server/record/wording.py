"""The fixed phrases of Vietnamese minutes: times, names, heads of letters. Pure."""

import datetime as dt
import re

from server.protocol.ids import Time
from server.protocol.state import Organization, PaperClass, Presence
from server.record.minutes import Somebody, local

ABSENCE: dict[Presence, str] = {
    "leave": "vắng có lý do",
    "no_leave": "vắng không lý do",
    "unmarked": "vắng",
    "left": "vắng",
    "present": "có mặt",
}
CLASS: dict[PaperClass, str] = {
    "normal": "Thường",
    "internal": "Nội bộ",
    "confidential": "Mật",
    "secret": "Tối mật",
    "top_secret": "Tuyệt mật",
}
_BODY = re.compile(r"^(Ban Thường vụ|Ban Chấp hành|Thường trực)\s+(.+)$")
_COMMITTEE = re.compile(r"(?:Tỉnh ủy|Thành ủy|Đảng bộ tỉnh|Đảng bộ thành phố)\s*(.*)$")
_WHOLE = {"Đảng bộ tỉnh": "Tỉnh ủy", "Đảng bộ thành phố": "Thành ủy"}
"""The committee that speaks for a whole Party organization stands in its letterhead."""


def clock(at: Time, zone: dt.tzinfo | None) -> str:
    """08 giờ 56."""
    moment = local(at, zone)
    return f"{moment.hour:02d} giờ {moment.minute:02d}"


def second(at: Time, zone: dt.tzinfo | None) -> str:
    """14:03:09, for logs."""
    return local(at, zone).strftime("%H:%M:%S")


def date(at: Time, zone: dt.tzinfo | None) -> str:
    """Ngày 18 tháng 9 năm 2025: two digits for days below 10 and for January and February."""
    moment = local(at, zone)
    month = f"{moment.month:02d}" if moment.month <= 2 else str(moment.month)  # noqa: PLR2004
    return f"ngày {moment.day:02d} tháng {month} năm {moment.year}"


def later(at: Time, began: Time, zone: dt.tzinfo | None) -> str:
    """08 giờ 56 cùng ngày; of another day than the beginning, with its date."""
    same = local(at, zone).date() == local(began, zone).date()
    return f"{clock(at, zone)} cùng ngày" if same else f"{clock(at, zone)}, {date(at, zone)}"


def address(body: Organization) -> str:
    """How the body speaks of its people."""
    return "đồng chí" if body.address == "dong_chi" else "đại biểu"


def called(body: Organization, who: Somebody) -> str:
    """Đồng chí with name and post."""
    post = f", {who.post}" if who.post else ""
    return f"{address(body)} {who.name}{post}"


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def letterhead(body: Organization) -> tuple[str, ...]:
    """The lines above the number: the higher body, then the body that meets, in capitals."""
    found = _BODY.match(body.name)
    if not found:
        return (body.name.upper(),)
    higher = found[2]
    for whole, committee in _WHOLE.items():
        higher = higher.replace(whole, committee)
    return (higher.upper(), found[1].upper())


def number(body: Organization, ordinal: str) -> str:
    """27-BB/TU for the 27th sitting of a provincial committee; dots to fill in where unknown."""
    digits = re.findall(r"\d+", ordinal)
    return f"Số {digits[-1] if digits else '…'}-BB{suffix(body)}"


def suffix(body: Organization) -> str:
    """What follows the kind of document in a number: /TU for a provincial committee."""
    return "/TU" if _COMMITTEE.search(body.name) else ""


def seat_of(body: Organization) -> str:
    """The place before the date: the committee's province, or nothing."""
    found = _COMMITTEE.search(body.name)
    return found[1] if found else ""
