"""Every screen by its name in `state.ScreenName`; its module is loaded when it is first shown.

A screen is a widget made with the app; see `client.screens.host.Host` for what it may ask of it.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Make = Callable[[Any], Any]


def _later(module: str, name: str) -> Make:
    def make(app: Any) -> Any:
        return getattr(import_module(f"client.screens.{module}"), name)(app)

    return make


SCREENS: dict[str, Make] = {
    "pairing": _later("pairing", "PairingScreen"),
    "sign_in": _later("sign_in", "SignInScreen"),
    "change_pin": _later("change_pin", "ChangePinScreen"),
    "lobby": _later("lobby", "LobbyScreen"),
    "meeting": _later("meeting", "MeetingScreen"),
    "search": _later("search", "SearchScreen"),
    "poll": _later("poll", "PollScreen"),
    "result": _later("result", "ResultScreen"),
    "desk": _later("desk", "DeskScreen"),
    "display": _later("display", "DisplayScreen"),
}
