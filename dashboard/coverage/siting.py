"""Where to open next: the question of an official put to the solvers, and its answer as places."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geodata.coverage import (
    Overview,
    Scenario,
    Standard,
    compute_distances,
    serve_nearest_first,
)
from geodata.coverage.siting import (
    SitingAnswer,
    SitingProblem,
    SitingProgress,
    build_problem,
    choose_for_share,
    choose_limited_sites,
    choose_sites,
)
from geodata.crs import project_points, to_shipping
from geodata.errors import SchemaError

if TYPE_CHECKING:
    from dashboard.coverage.facts import CoverageFacts

MOST_SITES = 100  # more have no room in a plan, nor in a meeting
TIME_LIMIT_S = 60.0
GOOD_ENOUGH = {True: 0.0, False: 0.02}  # proven gap: small areas to the optimum, large ones 2 %
SMALL = 2_000  # candidates
PLACE = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*", re.ASCII)


@dataclass(frozen=True)
class SitingQuestion:
    """What is asked.

    Parameters
    ----------
    n_sites : int
        How many sites; for a share the most that are sought.
    share : float or None
        Share of the area's people to be in reach, with as few sites as possible; None: as many
        people as possible with `n_sites`.
    places : int or None
        Each new site holds so many people at most; None: no limit.
    candidates : tuple of (lon, lat)
        Where sites may stand, EPSG:4490; empty: a point in each community of the area.
    planned_places : int or None
        Places that the sites found are planned with where `places` sets no limit; changes
        nothing of the search.
    """

    n_sites: int = 3
    share: float | None = None
    places: int | None = None
    candidates: tuple[tuple[float, float], ...] = ()
    planned_places: int | None = None


@dataclass(frozen=True)
class Siting:
    """The answer.

    Parameters
    ----------
    places : tuple of (lon, lat)
        The sites, the one that adds most first.
    gains : tuple of int
        People each adds to those before it.
    total, before : int
        People of the area; those in reach (or served, with limited places) as it is.
    gap_share : float or None
        Proven: no choice of as many sites adds more than this share more. None for a share.
    fewest : int or None
        Proven for a share: no fewer sites are enough.
    stopped : bool
        Ended by the official, or by the time limit, with the best found.
    seconds : float
    """

    places: tuple[tuple[float, float], ...]
    gains: tuple[int, ...]
    total: int
    before: int
    gap_share: float | None
    fewest: int | None
    stopped: bool
    seconds: float

    @property
    def curve(self) -> list[float]:
        """Share of the area's people in reach with 0, 1, ... of the sites."""
        reached = self.before + np.concatenate([[0], np.cumsum(self.gains)])
        return (reached / self.total).tolist() if self.total else [math.nan] * len(reached)


def read_candidates(text: str) -> tuple[tuple[float, float], ...]:
    """Places from lines "116.41, 39.92"; empty text gives none.

    Raises
    ------
    SchemaError
        Naming the line that is no place.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = PLACE.fullmatch(line)
        lon, lat = map(float, read.groups()) if read else (math.nan, math.nan)
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise SchemaError(f"{number}", line.strip()[:40])
        found.append((lon, lat))
    return tuple(found)


def seek_sites(
    facts: CoverageFacts,
    standard: Standard,
    plan: Scenario | None,
    period: str,
    position: int,
    question: SitingQuestion,
    *,
    report: Callable[[SitingProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Siting:
    """The best sites for the people of an area, existing providers and the plan's locked.

    Parameters
    ----------
    standard : Standard
        With a radius.
    position : int
        The area whose people are to be reached, and in which sites may stand.
    report, stop
        As in `geodata.coverage.siting.choose_sites`.

    Raises
    ------
    TargetError
        If no number of sites brings the share asked for.
    """
    overview = facts.overview(standard, plan, period)
    rows = _points_inside(facts, position)
    xy = _candidates(facts, rows, question)
    near = compute_distances(
        overview.region.points.xy[rows], xy, standard.radius_m, standard.detour_factor
    )
    options = {"time_limit_s": TIME_LIMIT_S, "report": report, "stop": stop}
    if question.places is None:
        problem = build_problem(near, overview.living[rows], _reached(overview)[rows])
    else:
        left, total = _unserved(overview)
        problem = build_problem(near, left[rows])
        options["served"] = (total[rows].sum(), left[rows].sum())
    return _answer(problem, question, xy, options)


def _answer(problem: SitingProblem, question: SitingQuestion, xy: np.ndarray, options) -> Siting:
    gap = GOOD_ENOUGH[problem.n_candidates <= SMALL]
    served = options.pop("served", None)
    fewest = None
    if served is not None:
        capacity = np.full(problem.n_candidates, float(question.places))
        found = choose_limited_sites(problem, question.n_sites, capacity, gap=gap, **options)
    elif question.share is not None:
        target = choose_for_share(problem, question.share, **options)
        found, fewest = target.sites, target.fewest
    else:
        found = choose_sites(problem, question.n_sites, gap=gap, **options)
    total, before = found.people_total, found.people_locked
    if served is not None:
        total, before = served[0], served[0] - served[1]
    return Siting(
        places=_degrees(xy[found.chosen]),
        gains=tuple(round(gain) for gain in found.gains.tolist()),
        total=round(total),
        before=round(before),
        gap_share=None if fewest is not None else _gap_share(found),
        fewest=fewest,
        stopped=found.stopped or found.seconds >= TIME_LIMIT_S,
        seconds=found.seconds,
    )


def _gap_share(found: SitingAnswer) -> float:
    return found.gap_share if math.isfinite(found.gap_share) else 0.0


def _points_inside(facts: CoverageFacts, position: int) -> np.ndarray:
    """Numbers of the demand points of the communities of an area."""
    first = facts.tree.level_slices["community"].start
    inside = facts.tree.descendants(position, "community")
    community = facts.region.points.community + first
    return np.arange(*np.searchsorted(community, (inside.start, inside.stop)))


def _candidates(facts: CoverageFacts, rows: np.ndarray, question: SitingQuestion) -> np.ndarray:
    """Places in metres: those given, or the middle one of each community's demand points."""
    if question.candidates:
        lon, lat = np.array(question.candidates).T
        return project_points(lon, lat).reshape(-1, 2)
    points = facts.region.points
    if not len(rows):
        return np.zeros((0, 2))
    community = points.community[rows]
    starts = np.flatnonzero(np.r_[True, np.diff(community) > 0])
    sizes = np.diff(np.r_[starts, len(rows)])
    middle = np.add.reduceat(points.xy[rows], starts, axis=0) / sizes[:, None]
    off = np.square(points.xy[rows] - np.repeat(middle, sizes, axis=0)).sum(axis=1)
    nearest = np.lexsort((off, np.repeat(np.arange(len(starts)), sizes)))[starts]
    return points.xy[rows][nearest]


def _reached(overview: Overview) -> np.ndarray:
    reached = np.zeros(overview.distances.n_points, dtype=bool)
    reached[overview.distances.point] = True
    return reached


def _unserved(overview: Overview) -> tuple[np.ndarray, np.ndarray]:
    """People of each demand point left over by the present providers, and all of them.

    A provider whose places are not known takes nobody.
    """
    capacity = np.where(overview.is_open, np.maximum(overview.region.supply.capacity, 0), 0)
    served = serve_nearest_first(overview.distances, overview.living, capacity.astype(float))
    return np.maximum(overview.living - served.at_points, 0.0), overview.living


def _degrees(xy: np.ndarray) -> tuple[tuple[float, float], ...]:
    if not len(xy):
        return ()
    found = shapely.get_coordinates(to_shipping(shapely.points(xy)))
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in found.tolist())
