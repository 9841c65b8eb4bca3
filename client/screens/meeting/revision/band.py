"""The band over the page: which version took the place of which, and the way between them."""

from typing import Any

from client.app_words import tr
