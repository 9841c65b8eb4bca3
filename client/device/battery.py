"""The charge of the device, where the system tells it as a file (Linux)."""

from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")


def read_battery(supplies: Path = SUPPLIES) -> int | None:
    """Return the charge in percent; None without a battery, or where the system does not say."""
    for supply in sorted(supplies.glob("*")):
        try:
            if (supply / "type").read_text().strip() == "Battery":
                return max(0, min(100, int((supply / "capacity").read_text())))
        except (OSError, ValueError):
            continue
    return None
