"""How much one file may cost. The numbers are those of the security design ("Papers")."""

from __future__ import annotations

from dataclasses import asdict, dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of the cage; bytes, seconds and points as named."""

    max_bytes: int = 200 * MIB
    max_pages: int = 2000
    max_points: float = 14_400.0
    max_depth: int = 100
    view_bytes: int = 400 * MIB
    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 20
    wall_seconds: float = 40.0
    page_seconds: float = 2.0
    probe_seconds: float = 8.0
    raster_pixels: int = 4_000_000
    image_pixels: int = 100_000_000

    def as_dict(self) -> dict[str, float]:
        """Plain numbers, to hand to the child."""
        return asdict(self)
