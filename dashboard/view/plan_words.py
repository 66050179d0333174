"""How the changes of a plan are numbered and named, alike on screen, on paper and in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.coverage import PlanSite
    from dashboard.view.scene import View


def site_number(index: int) -> str:
    """What stands in a mark on the map and before its row: changes are numbered through from 1."""
    return str(index + 1)


def site_place(view: View, site: PlanSite) -> str:
    """Provider and community, or degrees where no community holds the place."""
    where = view.dataset.names(view.state.lang)[site.community] if site.community >= 0 else ""
    if not where:
        where = f"{site.lon:.4f}, {site.lat:.4f}"
    return f"{site.name} · {where}" if site.name else where
