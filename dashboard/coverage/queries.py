"""What panels and pages ask about coverage, for a view's standard, own values and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.coverage.borders import BorderProvider, list_border_providers
from dashboard.coverage.effect import PlanEffect, compute_plan_effect
from dashboard.coverage.events import SupplyEvent, list_events
from dashboard.coverage.summary import Coverage, Nearness, compute_coverage, compute_nearness
from dashboard.kept import Kept
from geodata.measures import Query

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view_state import ViewState
    from geodata.coverage import Standard

KEPT = 16  # answers: small tables
BORDERS, EVENTS = 5, 6  # lines of a panel


class CoverageQueries:
    """Questions about one open release.

    Parameters
    ----------
    dataset : Dataset
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.kept = Kept(KEPT)

    def summary(self, position: int, query: Query, period: str, level: str = "") -> Coverage:
        """Reach, capacity and use of an area under the question's standard and plan.

        Parameters
        ----------
        level : str
            Level of the worst areas; default the natural one.
        """
        data = self.dataset
        level = level or data.natural_level(position)
        return compute_coverage(data.cells, data.places, query, position, period, level)

    def nearness(self, position: int, query: Query, period: str) -> Nearness:
        """Places, accessibility and borders of an area under the question's standard and plan."""
        return compute_nearness(self.dataset.cells(period, position), query)

    def plan_effect(self, state: ViewState, position: int) -> PlanEffect | None:
        """What the view's plan changes for an area; None without a plan or without a radius."""
        standard = self._with_radius(state)
        if not state.plan or standard is None:
            return None
        key = (standard, state.plan, state.period, position, state.level)
        data = self.dataset
        return self.kept.get(
            key,
            lambda: compute_plan_effect(data.coverage_facts, data.sites, *key),
        )

    def border_providers(
        self, state: ViewState, position: int, limit: int = BORDERS
    ) -> tuple[BorderProvider, ...]:
        """Neighbouring provinces' providers by the people of an area they would newly reach."""
        standard = self._with_radius(state)
        if standard is None:
            return ()
        data = self.dataset
        return list_border_providers(
            data.coverage_facts, data.sites, standard, state.plan, state.period, position, limit
        )

    def supply_events(
        self, state: ViewState, position: int, limit: int = EVENTS
    ) -> tuple[SupplyEvent, ...]:
        """The latest openings and closings in an area, with reach and use before and after."""
        standard = self._with_radius(state)
        if standard is None:
            return ()
        data = self.dataset
        cells = data.cells(slice(None), data.tree.level_slices["subdistrict"])
        key = (standard, state.category, position, limit)
        return self.kept.get(key, lambda: list_events(data.coverage_facts, cells, *key))

    def _with_radius(self, state: ViewState) -> Standard | None:
        """The view's standard when it says how far."""
        standard = self.dataset.held(state)
        return standard if standard is not None and standard.radius_m is not None else None
