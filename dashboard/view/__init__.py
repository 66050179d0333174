"""One state in, everything that the screen, the page and the downloads show out."""

from dashboard.view.build import build_view
from dashboard.view.notes import Notes
from dashboard.view.parts import Classes, Crumb, Parent, Row
from dashboard.view.scene import View

__all__ = ["Classes", "Crumb", "Notes", "Parent", "Row", "View", "build_view"]
