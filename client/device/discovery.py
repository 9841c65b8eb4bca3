"""Servers that announce themselves on this network: where to ask, never whom to trust."""

import asyncio
from collections.abc import Callable

from zeroconf import InterfaceChoice, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

SERVICE = "_phienhop._tcp.local."
ANSWER_MS = 3_000


async def look_around(
    tell: Callable[[tuple[str, ...]], None],
    interfaces: list[str] | InterfaceChoice = InterfaceChoice.All,
) -> None:
    """Tell of all servers known so far, as host:port, whenever one is found; until cancelled."""
    found: dict[str, str] = {}
    names: asyncio.Queue[str] = asyncio.Queue()

    def changed(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        del zeroconf, service_type
        if state_change is not ServiceStateChange.Removed:
            names.put_nowait(name)

    async with AsyncZeroconf(interfaces=interfaces) as network:
        browser = AsyncServiceBrowser(network.zeroconf, SERVICE, handlers=[changed])
        try:
            while True:
                name = await names.get()
                info = AsyncServiceInfo(SERVICE, name)
                if await info.async_request(network.zeroconf, ANSWER_MS):
                    for host in info.parsed_addresses()[:1]:
                        found[name] = (
                            f"[{host}]:{info.port}" if ":" in host else f"{host}:{info.port}"
                        )
                    tell(tuple(sorted(found.values())))
        finally:
            await browser.async_cancel()
