"""Coverage of a release under any standard and plan: what is counted only when it is asked for."""

from dashboard.coverage.borders import BorderProvider, list_border_providers
from dashboard.coverage.effect import AreaChange, PlanEffect, PlanSite, compute_plan_effect
from dashboard.coverage.events import SupplyEvent, list_events
from dashboard.coverage.facts import CoverageFacts
from dashboard.coverage.summary import (
    Coverage,
    CoverageRow,
    Nearness,
    compute_coverage,
    compute_nearness,
)

__all__ = [
    "AreaChange",
    "BorderProvider",
    "Coverage",
    "CoverageFacts",
    "CoverageRow",
    "Nearness",
    "PlanEffect",
    "PlanSite",
    "SupplyEvent",
    "compute_coverage",
    "compute_nearness",
    "compute_plan_effect",
    "list_border_providers",
    "list_events",
]
