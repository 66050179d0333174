"""Coverage of a release under any standard and plan: what is counted only when it is asked for."""

from dashboard.coverage.borders import BorderProvider
from dashboard.coverage.effect import AreaChange, PlanEffect, PlanSite
from dashboard.coverage.events import SupplyEvent
from dashboard.coverage.facts import CoverageFacts
from dashboard.coverage.queries import CoverageQueries
from dashboard.coverage.summary import Coverage, CoverageRow, Nearness

__all__ = [
    "AreaChange",
    "BorderProvider",
    "Coverage",
    "CoverageFacts",
    "CoverageQueries",
    "CoverageRow",
    "Nearness",
    "PlanEffect",
    "PlanSite",
    "SupplyEvent",
]
