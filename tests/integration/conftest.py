"""Fixtures of every test that has a server and clients of its own."""

from tests.hall import hall

__all__ = ["hall"]
