"""Which area a panel speaks of, and its name."""

from __future__ import annotations

from dashboard.view import View


def subject(view: View) -> int:
    """Position of the area the panel speaks of: the marked one, else the area shown."""
    code = view.state.select
    return view.dataset.tree.position[code] if code else view.position


def name_of(view: View, position: int) -> str:
    """Name of any area in the page's language."""
    return view.dataset.names(view.state.lang)[position]


def parent_of(view: View, position: int) -> int | None:
    """The area above on screen (fillers left out); None at the root."""
    trail = view.dataset.trail(position)
    return trail[-2] if len(trail) > 1 else None
