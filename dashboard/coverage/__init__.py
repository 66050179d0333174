"""Coverage of a release under any standard and plan: what is counted only when it is asked for."""

from dashboard.coverage.facts import CoverageFacts
from dashboard.coverage.summary import (
    Coverage,
    CoverageRow,
    Nearness,
    compute_coverage,
    compute_nearness,
)

__all__ = [
    "Coverage",
    "CoverageFacts",
    "CoverageRow",
    "Nearness",
    "compute_coverage",
    "compute_nearness",
]
