"""Typing Vietnamese with the Telex method: one key at a time onto one word. Pure.

aa ee oo → â ê ô · aw → ă · ow → ơ · uw, w → ư · uow → ươ · dd → đ · s f r x j → sắc, huyền, hỏi,
ngã, nặng · z takes the tone away. A mark may be typed anywhere after its vowel (``tieengs`` and
``tiengse``… both work). Repeating the key takes the mark back and gives the plain letter, after
which the rest of the word is taken as it is typed (``ass`` → as).

Tones stand the old way, as in this program's own texts: hóa, thúy; not hoá, thuý.
"""

import unicodedata
from dataclasses import dataclass

TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VOWELS = frozenset("aeiouyăâêôơư")
_HATTED = {"a": "â", "e": "ê", "o": "ô"}
_OPEN = {"a": "ă", "o": "ơ", "u": "ư"}
_PLAIN = {"â": "a", "ê": "e", "ô": "o", "ă": "a", "ơ": "o", "ư": "u"}
_CODAS = frozenset(["", "c", "ch", "m", "n", "ng", "nh", "p", "t"])
_HALF_CODAS = frozenset("ghk")
_NUCLEI = frozenset(
    [
        "a",
        "ă",
        "â",
        "e",
        "ê",
        "i",
        "o",
        "ô",
        "ơ",
        "u",
        "ư",
        "y",
        "ai",
        "ao",
        "au",
        "ay",
        "âu",
        "ây",
        "eo",
        "êu",
        "ia",
        "iê",
        "iêu",
        "iu",
        "oa",
        "oă",
        "oai",
        "oao",
        "oay",
        "oe",
        "oeo",
        "oi",
        "ôi",
        "ơi",
        "ua",
        "uâ",
        "uây",
        "uê",
        "ui",
        "uô",
        "uôi",
        "uơ",
        "uy",
        "uya",
        "uyê",
        "uyu",
        "ưa",
        "ưi",
        "ươ",
        "ươi",
        "ươu",
        "ưu",
        "yê",
        "yêu",
        "oo",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """The word being typed: its letters in NFC, and whether its rest is taken literally.

    ``short`` says that its last ư was typed as a bare w, so that a second w gives w back.
    """

    letters: str = ""
    literal: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class _Syllable:
    """A word in parts, in lower case and without its tone."""

    onset: str
    nucleus: str
    coda: str
    tone: str


def press(word: Word, key: str) -> Word:
    """The word after one more key, a single letter; any other sign is simply added."""
    low = key.lower()
    if word.literal or not low.isalpha():
        return _append(word, key)
    if low in TONES or low == "z":
        return _tone(word, key, TONES.get(low, ""))
    if low == "d":
        return _stroke(word, key)
    if low in _HATTED:
        return _hat(word, key)
    if low == "w":
        return _hook(word, key)
    return _append(word, key)


def backspace(word: Word) -> Word:
    """The word without its last letter; its tone finds its place again."""
    return Word(_placed(word.letters[:-1], _split(word.letters[:-1])))


def _split(letters: str) -> _Syllable:
    """Onset, vowels and what follows them; ``gi`` and ``qu`` before a vowel are onsets."""
    low, tone = _toneless(letters.lower())
    start = 0
    while start < len(low) and low[start] not in _VOWELS:
        start += 1
    if low[:2] in ("gi", "qu") and len(low) > 2 and low[2] in _VOWELS:  # noqa: PLR2004
        start = 2
    end = start
    while end < len(low) and low[end] in _VOWELS:
        end += 1
    return _Syllable(low[:start], low[start:end], low[end:], tone)


def _toneless(text: str) -> tuple[str, str]:
    """The text without its tone marks, and the last tone found."""
    tone = ""
    kept = []
    for sign in unicodedata.normalize("NFD", text):
        if sign in TONES.values():
            tone = sign
        else:
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def _placed(letters: str, syllable: _Syllable, tone: str | None = None) -> str:
    """The letters in the case they were typed in, with the tone on its vowel."""
    plain = list(_toneless(letters)[0])
    mark = syllable.tone if tone is None else tone
    if mark and syllable.nucleus:
        place = len(syllable.onset) + _tone_place(syllable)
        plain[place] = unicodedata.normalize("NFC", plain[place] + mark)
    return "".join(plain)


def _tone_place(syllable: _Syllable) -> int:
    """Which vowel carries the tone, by the old rule."""
    nucleus = syllable.nucleus
    marked = [place for place, vowel in enumerate(nucleus) if vowel in _PLAIN]
    if marked:
        return marked[-1]
    if len(nucleus) == 1:
        return 0
    if syllable.coda:
        return len(nucleus) - 1
    return 1 if len(nucleus) > 2 else 0  # noqa: PLR2004


def _append(word: Word, key: str) -> Word:
    """The letter added; after ``uơ`` and ``ưo`` it makes them ``ươ``; the tone moves along."""
    if word.literal:
        return Word(word.letters + key, literal=True)
    letters = word.letters + key
    syllable = _split(letters)
    nucleus = syllable.nucleus
    if nucleus[:2] in ("uơ", "ưo") and (syllable.coda or len(nucleus) > 2):  # noqa: PLR2004
        return _rewrite(letters, syllable, "ươ" + nucleus[2:])
    if not key.isalpha():
        return Word(letters)
    return Word(_placed(letters, syllable))


def _rewrite(letters: str, syllable: _Syllable, nucleus: str) -> Word:
    """The word with other vowels in the same places and case."""
    plain = list(_toneless(letters)[0])
    for place, vowel in enumerate(nucleus, len(syllable.onset)):
        plain[place] = vowel.upper() if plain[place].isupper() else vowel
    changed = "".join(plain)
    return Word(_placed(changed, _Syllable(syllable.onset, nucleus, syllable.coda, syllable.tone)))


def _typable(syllable: _Syllable) -> bool:
    """Whether marks still make sense: what follows the vowels can end a syllable."""
    return syllable.coda in _CODAS or syllable.coda in _HALF_CODAS


def _tone(word: Word, key: str, tone: str) -> Word:
    syllable = _split(word.letters)
    if not syllable.nucleus or not _typable(syllable):
        return _append(word, key)
    if not tone:
        if not syllable.tone:
            return _append(word, key)
        return Word(_placed(word.letters, syllable, ""))
    if syllable.tone == tone:
        return Word(_placed(word.letters, syllable, "") + key, literal=True)
    return Word(_placed(word.letters, syllable, tone))


def _stroke(word: Word, key: str) -> Word:
    """``dd`` at the start of a word, also when the second d is typed last."""
    first = word.letters[:1]
    if first.lower() == "đ" and _typable(_split(word.letters)):
        plain = "D" if first == "Đ" else "d"
        return Word(plain + word.letters[1:] + key, literal=True)
    if first.lower() == "d" and _typable(_split(word.letters)):
        return Word(("Đ" if first == "D" else "đ") + word.letters[1:])
    return _append(word, key)


def _hat(word: Word, key: str) -> Word:
    syllable = _split(word.letters)
    low, hatted = key.lower(), _HATTED[key.lower()]
    if _typable(syllable):
        if hatted in syllable.nucleus:
            undone = _rewrite(word.letters, syllable, syllable.nucleus.replace(hatted, low))
            return Word(undone.letters + key, literal=True)
        for source in (low, _OPEN.get(low, low)):
            place = syllable.nucleus.rfind(source)
            found = _with(syllable.nucleus, place, hatted)
            if place >= 0 and found in _NUCLEI:
                return _rewrite(word.letters, syllable, found)
        if "ươ" in syllable.nucleus and low == "o":
            return _rewrite(word.letters, syllable, syllable.nucleus.replace("ươ", "uô"))
    return _append(word, key)


def _with(nucleus: str, place: int, vowel: str) -> str:
    """The vowels with one of them replaced."""
    return nucleus[:place] + vowel + nucleus[place + 1 :]


def _hook(word: Word, key: str) -> Word:
    """w: breve on a, horn on o and u; a bare w is ư."""
    syllable = _split(word.letters)
    if not syllable.nucleus and not syllable.coda:
        return Word(word.letters + ("Ư" if key.isupper() else "ư"), short=True)
    if not _typable(syllable):
        return _append(word, key)
    if any(vowel in "ăơư" for vowel in syllable.nucleus):
        return _unhook(word, syllable, key)
    hooked = _hooked(syllable)
    return _rewrite(word.letters, syllable, hooked) if hooked else _append(word, key)


def _unhook(word: Word, syllable: _Syllable, key: str) -> Word:
    if word.short:
        return Word(word.letters[:-1] + key, literal=True)
    if syllable.nucleus == "ưo":
        return _rewrite(word.letters, syllable, "ươ")
    plain = "".join(_PLAIN[v] if v in "ăơư" else v for v in syllable.nucleus)
    return Word(_rewrite(word.letters, syllable, plain).letters + key, literal=True)


def _hooked(syllable: _Syllable) -> str:
    """The vowels after a w, or nothing when a w cannot change them."""
    nucleus = syllable.nucleus
    if nucleus in ("uo", "uô"):
        bare = not syllable.coda and syllable.onset in ("h", "th")
        return "uơ" if bare else "ươ"
    for pair in ("uo", "uô"):
        if nucleus.startswith(pair) and "ươ" + nucleus[2:] in _NUCLEI:
            return "ươ" + nucleus[2:]
    if nucleus in ("ua", "uâ"):
        return "ưa" if nucleus == "ua" else ""
    if nucleus == "uu":
        return "ưu"
    for place in range(len(nucleus) - 1, -1, -1):
        base = _PLAIN.get(nucleus[place], nucleus[place])
        changed = _with(nucleus, place, _OPEN.get(base, ""))
        if base in _OPEN and changed in _NUCLEI:
            return changed
    return ""
