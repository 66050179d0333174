"""The panel beside the map: trend, coverage or flows of the area in question."""

from __future__ import annotations

from dashboard.components.panels.changes import changes_panel
from dashboard.components.panels.coverage import coverage_panel
from dashboard.components.panels.flows import flows_panel
from dashboard.components.panels.help import help_panel
from dashboard.components.panels.plan import plan_panel
from dashboard.components.panels.trend import trend_panel
from dashboard.view import View

PANELS = {
    "trend": trend_panel,
    "coverage": coverage_panel,
    "plan": plan_panel,
    "changes": changes_panel,
    "flows": flows_panel,
    "help": help_panel,
}


def panel(view: View, path: str) -> list:
    """Content of the chosen tab."""
    return PANELS[view.state.tab](view, path)
