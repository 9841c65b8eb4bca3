"""Under which names and addresses this server is reached, and announcing them in the network."""

import ipaddress
import socket
from collections.abc import Sequence

import ifaddr
from msgspec import Struct
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from server.accounts import pairing

SERVICE = "_phienhop._tcp.local."
QR_CHARACTERS = 110
"""A code with more is hard to read from a screen by an old camera."""
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Reach(Struct):
    """How devices find this server. `hosts` begins with the best one.

    `port` is set once the server listens: with 0 it takes a free one.
    """

    hosts: tuple[str, ...]
    port: int
    ca_sha256: bytes

    def qr(self, code: str) -> str:
        """Return what a camera reads, with as many hosts as fit."""
        hosts = self.hosts
        while True:
            text = pairing.qr_text(hosts, self.port, self.ca_sha256, code)
            if len(text) <= QR_CHARACTERS or len(hosts) == 1:
                return text
            hosts = hosts[:-1]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts(listening: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return where devices reach a server that listens on that address: set names come first."""
    found = [listening] if listening not in _ANY else _of_this_machine()
    return tuple(dict.fromkeys([*names, *found])) or ("127.0.0.1",)


def certificate_names(reached: Sequence[str]) -> tuple[str, ...]:
    """Return what the certificate must name: where devices reach it, and this machine itself."""
    own = socket.gethostname()
    names = [*reached, own, *_LOOPBACK] if own.isascii() else [*reached, *_LOOPBACK]
    return tuple(dict.fromkeys(names))


def _of_this_machine() -> list[str]:
    """IPv4 addresses in the local network. IPv6 ones change too often to be printed."""
    addresses = (
        ipaddress.ip_address(str(one.ip))
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
        if one.is_IPv4
    )
    usable = (one for one in addresses if not one.is_loopback and not one.is_link_local)
    return [str(one) for one in usable]


class Announcement:
    """Tells the local network host and port, never more; devices do not trust it."""

    def __init__(self, zeroconf: AsyncZeroconf, service: ServiceInfo) -> None:
        """Use `announce`."""
        self._zeroconf = zeroconf
        self._service = service

    async def close(self) -> None:
        """Say goodbye."""
        await self._zeroconf.async_unregister_service(self._service)
        await self._zeroconf.async_close()


async def announce(reach: Reach, title: str) -> Announcement:
    """Announce the server. Raises OSError where the network does not allow it."""
    addresses = [one for one in reach.hosts if _is_address(one)]
    name = f"{title} {reach.ca_sha256.hex()[:8]}.{SERVICE}"
    service = ServiceInfo(SERVICE, name, port=reach.port, parsed_addresses=addresses)
    zeroconf = AsyncZeroconf(ip_version=IPVersion.V4Only)
    await zeroconf.async_register_service(service, allow_name_change=True)
    return Announcement(zeroconf, service)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
