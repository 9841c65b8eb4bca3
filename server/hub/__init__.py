"""Who listens to a meeting, and what each of them is told. No I/O of its own."""

from server.hub.hub import Hub, Listener
from server.hub.outbox import Outbox, text_frame
from server.hub.view import Sight, Step, View

__all__ = ["Hub", "Listener", "Outbox", "Sight", "Step", "View", "text_frame"]
