"""Which districts an atlas has a brief of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.errors import BoundaryError

if TYPE_CHECKING:
    from dashboard.view import View


def atlas_districts(view: View) -> range:
    """Positions of the districts of the view's area; a district is its own.

    Raises
    ------
    BoundaryError
        If the area lies inside a district.
    """
    found = view.dataset.children(view.position, "district")
    if found.start >= found.stop:
        raise BoundaryError(
            f"{view.state.area} lies inside a district and an atlas has a brief for each district",
            "choose a district or a larger area, or make a brief",
        )
    return range(found.start, found.stop)


def has_atlas(view: View) -> bool:
    """Whether the view's area holds a district."""
    found = view.dataset.children(view.position, "district")
    return found.start < found.stop
