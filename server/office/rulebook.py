"""The rules that a body votes by: those that come with the program, or the body's own."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import sqlite_utils
from msgspec.structs import replace

from server.accounts import Login
from server.core.rulecheck import check_shares
from server.database import Database
from server.office.rights import Handlers
from server.protocol import office as o
from server.protocol.ids import OrganizationId, Part
from server.protocol.refusals import Code, Refusal

MOST_RULES = 60
"""A body keeps no more."""


class Book(Part, frozen=True):
    """One body's rules in order, and whether it holds secret ballots on tablets."""

    presets: tuple[o.RulePreset, ...]
    sealed: bool = False


@cache
def supplied() -> tuple[o.RulePreset, ...]:
    """Return the rules that come with the program."""
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["presets"], tuple[o.RulePreset, ...])


class Rulebooks:
    """Answers for the page of rules, kept in the database for each body that changed them."""

    def __init__(self, database: Database) -> None:
        """Stand on the accounts' database."""
        self._database = database
        self.handlers: Handlers = {
            o.ListRules: self._list,
            o.PutRule: self._put,
            o.DropRule: self._drop,
            o.AllowSealed: self._allow,
        }

    async def of(self, organization: OrganizationId) -> Book:
        """Return what the body votes by."""
        return await self._database.run(lambda db: _read(db, organization))

    async def _list(self, _login: Login, asked: o.ListRules) -> o.Reply:
        return _told(await self.of(asked.organization))

    async def _put(self, _login: Login, asked: o.PutRule) -> o.Reply | Refusal:
        preset = asked.preset
        if not preset.name.strip():
            return Refusal(Code.NAME_EMPTY)
        if wrong := check_shares(preset.rule):
            return wrong

        def put(book: Book) -> Book | Refusal:
            known = [one.id for one in book.presets]
            if preset.id in known:
                kept = tuple(preset if one.id == preset.id else one for one in book.presets)
                return replace(book, presets=kept)
            if len(known) >= MOST_RULES:
                return Refusal(Code.TOO_MANY_REQUESTS)
            return replace(book, presets=(*book.presets, preset))

        return await self._change(asked.organization, put)

    async def _drop(self, _login: Login, asked: o.DropRule) -> o.Reply | Refusal:
        def drop(book: Book) -> Book:
            kept = tuple(one for one in book.presets if one.id != asked.preset)
            return replace(book, presets=kept)

        return await self._change(asked.organization, drop)

    async def _allow(self, _login: Login, asked: o.AllowSealed) -> o.Reply | Refusal:
        return await self._change(
            asked.organization, lambda book: replace(book, sealed=asked.sealed)
        )

    async def _change(
        self, organization: OrganizationId, change: Callable[[Book], Book | Refusal]
    ) -> o.Reply | Refusal:
        def work(db: sqlite_utils.Database) -> Book | Refusal:
            book = change(_read(db, organization))
            if isinstance(book, Book):
                kept = {"organization": organization, "book": msgspec.json.encode(book).decode()}
                db.table("rulebooks").upsert(kept, pk="organization")
            return book

        outcome = await self._database.run(work)
        return outcome if isinstance(outcome, Refusal) else _told(outcome)


def _read(db: sqlite_utils.Database, organization: OrganizationId) -> Book:
    rows = db.query("select book from rulebooks where organization = ?", [organization])
    kept = next(iter(rows), None)
    return msgspec.json.decode(kept["book"], type=Book) if kept else Book(supplied())


def _told(book: Book) -> o.Rules:
    return o.Rules(book.presets, book.sealed)
