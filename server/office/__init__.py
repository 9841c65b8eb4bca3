"""What the desk asks around meetings: bodies, people, tablets, new meetings, things to print."""

from server.office.office import Office

__all__ = ["Office"]
