"""Words on the screen: the strings of both languages, and how names, dates and numbers are written.

Strings live in ``assets/locale/<language>/LC_MESSAGES/phienhop.po``. To add one, add an entry with
the same ``msgid`` to both files: ``{name}`` marks a parameter, ``[b]…[/b]`` is Kivy markup, a key
that ends in ``.s`` is the short form for narrow places. Pure; everything comes out as NFC.
"""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from client.resources import LOCALES
from server.protocol import names

collate = names.collate
name_key = names.name_key

LANGUAGES = ("vi", "en")
FALLBACK = "vi"


class BrokenCatalogue(ValueError):  # noqa: N818
    """A .po file that cannot be read; the text names the file and the line."""


def read_po(path: Path) -> dict[str, str]:
    """The entries of a .po file by key; raises BrokenCatalogue with file and line.

    Takes what translators' editors write for plain entries: comments, and strings over several
    lines. Plural forms and contexts are not used here and are refused.
    """
    entries: dict[str, str] = {}
    key, value, field = "", "", ""
    for number, line in _lines(path):
        word, _, rest = ("", "", line) if line.startswith('"') else line.partition(" ")
        if word not in ("", "msgid", "msgstr") or (not word and not field):
            raise BrokenCatalogue(f"{path.name}:{number}: cannot read {line!r}")
        text = _unquote(path, number, rest)
        if word == "msgid":
            _keep(entries, key, value, f"{path.name}:{number}")
            key, value = text, ""
        elif word == "msgstr" or field == "msgstr":
            value += text
        else:
            key += text
        field = word or field
    _keep(entries, key, value, path.name)
    return entries


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            yield number, line


def _unquote(path: Path, number: int, quoted: str) -> str:
    try:
        text = json.loads(quoted)  # the same escapes, ten times faster than Python's own
    except ValueError as error:
        raise BrokenCatalogue(f"{path.name}:{number}: not a quoted string") from error
    if not isinstance(text, str):
        raise BrokenCatalogue(f"{path.name}:{number}: not a quoted string")
    return text


def _keep(entries: dict[str, str], key: str, value: str, place: str) -> None:
    if not key:
        return
    if key in entries:
        raise BrokenCatalogue(f"{place}: {key!r} stands twice")
    entries[key] = nfc(value)


def nfc(text: str) -> str:
    """The composed form of the text; every boundary normalises, since Backspace breaks NFD."""
    return unicodedata.normalize("NFC", text)


class _Kept(dict[str, object]):
    """Parameters; one that is missing stays visible as ``{name}`` and breaks nothing."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


_COUNTED = re.compile(r"\{(\w+)\}((?:\[/b\])? )([a-z]+)( have| are| were)?\b")
_ONE = {
    **{f"{noun}s": noun for noun in ("ballot", "change", "character", "device", "hand", "hit")},
    **{f"{noun}s": noun for noun in ("item", "line", "member", "minute", "name", "note")},
    **{f"{noun}s": noun for noun in ("opinion", "page", "paper", "place", "question", "result")},
    **{f"{noun}s": noun for noun in ("second", "tablet", "vote")},
    "copies": "copy",
    "entries": "entry",
    "tries": "try",
}
"""What English strings count: Vietnamese nouns have no plural, so strings are written in it."""
_HAS = {"": "", " have": " has", " are": " is", " were": " was"}


def _of_one(text: str, params: Mapping[str, object]) -> str:
    """An English string whose counts of one have their noun in the singular."""

    def singular(found: re.Match[str]) -> str:
        name, between, noun, verb = found.groups(default="")
        if str(params.get(name)) != "1" or noun not in _ONE:
            return found.group()
        return f"{{{name}}}{between}{_ONE[noun]}{_HAS[verb]}"

    return _COUNTED.sub(singular, text)


class Translator:
    """The strings of every language."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self._catalogues = catalogues

    @classmethod
    @cache
    def load(cls) -> "Translator":
        """The translator of the installed strings; raises BrokenCatalogue or OSError."""
        return cls({name: read_po(catalogue_path(name)) for name in LANGUAGES})

    def tr(self, key: str, language: str = FALLBACK, **params: object) -> str:
        """The string of that key in that language with its parameters filled in, as NFC.

        A key missing in a language is taken from Vietnamese; one missing there comes out as itself.
        In a string with markup, escape people's text first (``kivy.utils.escape_markup``).
        """
        text = self._catalogues.get(language, {}).get(key)
        if text is None:
            text = self._catalogues.get(FALLBACK, {}).get(key, key)
        if not params:
            return text
        if language == "en":
            text = _of_one(text, params)
        return nfc(text.format_map(_Kept(params)))

    def knows(self, key: str, language: str = FALLBACK) -> bool:
        """Whether that language has the key itself."""
        return key in self._catalogues.get(language, {})


def catalogue_path(language: str) -> Path:
    """Where the strings of a language are kept."""
    return LOCALES / language / "LC_MESSAGES" / "phienhop.po"


def initials(name: str) -> str:
    """What an avatar shows: the first letters of the first and the last word, VH for Vũ … Hạnh."""
    words = nfc(name).split()
    ends = words if len(words) < 2 else [words[0], words[-1]]  # noqa: PLR2004
    return "".join(word[0].upper() for word in ends)


def given_name(name: str) -> str:
    """The given name, which Vietnamese writes last."""
    return (nfc(name).split() or [""])[-1]


def index_letter(name: str) -> str:
    """The letter under which a list files that name: Ă, Â, Đ … are letters of their own."""
    given = given_name(name)
    return names.split_tone(given[0].lower())[0].upper() if given else ""


def date_text(day: dt.date) -> str:
    """18/09/2025, in both languages."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def time_text(moment: dt.time | dt.datetime) -> str:
    """08:30, in both languages; the moment must already be local."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def countdown(seconds: float) -> str:
    """05:00 for five minutes; hours appear only when there are any; never below 00:00."""
    left = max(0, int(seconds))
    hours, minutes, rest = left // 3600, left // 60 % 60, left % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def decimal(text: str, language: str) -> str:
    """A number written with a point, as the language writes it: 73,33 in Vietnamese."""
    return text.replace(".", ",") if language == "vi" else text


def percent(part: int, whole: int, language: str) -> str:
    """Part of whole in percent without the sign: two decimals, half up, from integers (voting.md).

    Raises ZeroDivisionError for an empty whole.
    """
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return decimal(f"{hundredths // 100}.{hundredths % 100:02d}", language)


def file_size(size: int, language: str) -> str:
    """A size in bytes as kB or MB with one decimal: 2,4 MB."""
    if size < 1_000_000:  # noqa: PLR2004
        return f"{max(1, round(size / 1000))} kB"
    return decimal(f"{size / 1_000_000:.1f}", language) + " MB"
