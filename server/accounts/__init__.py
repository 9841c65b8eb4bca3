"""Who may connect, who is signed in, and who belongs to which body.

`Accounts` answers the gateway, `People` and `Devices` the desk; all three stand on one database.
"""

from server.accounts.accounts import Accounts
from server.accounts.devices import Devices
from server.accounts.login import DeviceRow, Login, Revoked
from server.accounts.migrations import migrations
from server.accounts.people import People
from server.accounts.pins import Cost, Hasher

__all__ = [
    "Accounts",
    "Cost",
    "DeviceRow",
    "Devices",
    "Hasher",
    "Login",
    "People",
    "Revoked",
    "migrations",
]
