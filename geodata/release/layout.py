"""Where things are in a releases folder and in a release."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geodata.schema import AGE_BANDS, SWIPE_FIELDS
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, UPPER_SLOTS

CURRENT = "current"
JOURNAL = "published.jsonl"
BUILDING = ".building-"
MANIFEST = "manifest.json"
CUBE = "cube"
BLOCKS = ("upper", "community")
CARD_CUBES = {"cards_count": "issued_cards_count", "silent_cards_count": "silent_cards_count"}
MONEY_FIELDS = ("amount_fen", "subsidy_fen")


@dataclass(frozen=True)
class Cube:
    """One memory-mapped array of a release."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str

    @property
    def file(self) -> str:
        """Path inside the release."""
        return f"{CUBE}/{self.name}.npy"

    def path(self, folder: Path) -> Path:
        """Path of the array in a release folder."""
        return folder / self.file


def list_cubes(n_periods: int, n_upper: int, n_communities: int, n_standards: int) -> list[Cube]:
    """All arrays of a release, in the order of the manifest."""
    n_areas = n_upper + n_communities
    sizes = {"upper": n_upper, "community": n_communities}
    slots = {"upper": len(UPPER_SLOTS), "community": len(COMMUNITY_SLOTS)}
    cubes = []
    for block in BLOCKS:
        for field in SWIPE_FIELDS:
            wide = block == "upper" and field in MONEY_FIELDS
            cubes.append(
                Cube(
                    f"{block}.{field}",
                    ("period", "slot", "area"),
                    (n_periods, slots[block], sizes[block]),
                    "int64" if wide else "int32",
                )
            )
        for name in CARD_CUBES.values():
            shape = (n_periods, len(AGE_BANDS), sizes[block])
            cubes.append(Cube(f"{block}.{name}", ("period", "age", "area"), shape, "int32"))
    for name in ("providers_count", "capacity"):
        shape = (n_periods, len(CATEGORY_KEYS), n_areas)
        cubes.append(Cube(name, ("period", "category", "area"), shape, "int32"))
    shape = (n_periods, n_standards, n_areas)
    cubes.append(Cube("reached_count", ("period", "standard", "area"), shape, "int32"))
    return cubes
