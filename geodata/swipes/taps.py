"""Bus taps to rides: a ride is two taps, one on boarding and one on alighting (since 2017-01)."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, COARSER
from geodata.slots import SLOT_INDEX
from geodata.swipes.cells import LevelCells

BUS = "bus"


def halve_bus_taps(cells: Sequence[LevelCells]) -> None:
    """Turn bus taps into rides, in place; a tap left over counts as a ride.

    The sums over all categories lose as many. A level that does not report the bus by age band
    cannot say how many to take from its age bands: their swipes become COARSER there (and are
    summed from the categories where a level above reports the cross).

    Parameters
    ----------
    cells : sequence of LevelCells
        With the field `swipes_count` in the order of `geodata.slots`.
    """
    for item in cells:
        swipes = item.fields["swipes_count"]
        for age in AGE_BANDS:
            bus, every = SLOT_INDEX[BUS, age], SLOT_INDEX[CATEGORY_ALL, age]
            if item.covers(bus):
                taken = swipes[bus] // 2
                swipes[bus] -= taken
                if item.covers(every):
                    swipes[every] -= taken
            elif age != AGE_ALL and item.covers(every):
                swipes[every] = COARSER
