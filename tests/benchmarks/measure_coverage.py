"""Time of the coverage methods, beside PySAL `access` and spopt where they have the method.

On the whole demonstration; and on 65,000 demand points and 8,000 providers drawn from it, the
size the figures were promised for. The other libraries get what they can hold in memory.
"""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pulp
from access import fca
from access import weights as pysal
from spopt.locate import MCLP

from geodata.coverage import (
    METHODS,
    AddedSite,
    Overview,
    Region,
    Scenario,
    adjust_standard,
    apply_scenario,
    compute_distances,
    compute_e2sfca,
    read_region,
    serve_nearest_first,
    split_people,
)
from geodata.coverage.siting import build_problem, choose_sites
from geodata.schema import CATEGORIES
from tests.benchmarks.result import Result
from tests.building import ROOT, Built

N_POINTS, N_PROVIDERS = 65_000, 8_000
PYSAL_POINTS, PYSAL_PROVIDERS = 4_000, 500
RINGS = {300: 1, 500: 0.68, 1000: 0.22}
DETOUR = 1.3
MEMORY_CODE = """
from pathlib import Path
import numpy as np
from geodata.coverage import compute_distances, compute_e2sfca
rng = np.random.default_rng(0)
xy = np.load({path!r})
sites = xy[rng.integers(0, len(xy), {n_providers})] + rng.normal(0, 150, ({n_providers}, 2))
found = compute_distances(xy, sites, {walk_m})
compute_e2sfca(found, np.ones(len(xy)), np.ones(len(sites)))
# getrusage would answer with the memory of the process that started this one, if that was larger.
print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024)
"""


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """All figures of the coverage methods."""
    note("reading the release for coverage")
    begin = time.perf_counter()
    region = read_region(built.release)
    results = [Result("release read for coverage", time.perf_counter() - begin, "s")]
    for name, part in (
        ("reach and accessibility", measure_access),
        ("accessibility against PySAL access", measure_pysal),
        ("every category and standard, and a what-if", measure_release),
        ("siting", measure_siting),
        ("siting against spopt", measure_spopt),
    ):
        note(name)
        results += part(region, built)
    return results


def best_of(run: Callable[[], object], times: int = 5) -> float:
    """Median seconds of several runs."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return float(np.median(seconds))


def draw_places(region: Region) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Community points, their people and providers scattered among them."""
    first = np.flatnonzero(np.r_[True, np.diff(region.points.community) > 0])
    rng = np.random.default_rng(0)
    rows = np.sort(rng.permutation(first)[:N_POINTS])
    people = np.maximum(region.people["60plus"], 0)[region.points.community[rows]].astype(float)
    near = rows[rng.integers(0, len(rows), N_PROVIDERS)]
    sites = region.points.xy[near] + rng.normal(0, 150, (N_PROVIDERS, 2))
    return region.points.xy[rows], people, sites


def measure_access(region: Region, built: Built) -> list[Result]:
    """Reach and enhanced catchment at the promised size, and of the real points."""
    points, people, sites = draw_places(region)
    places = np.full(len(sites), 50.0)
    results = []

    def run(walk_m: float) -> None:
        found = compute_distances(points, sites, walk_m)
        np.bincount(found.point, minlength=len(points)) > 0  # noqa: B015  reach
        compute_e2sfca(found, people, places)

    size = f"{len(points):,} x {len(sites):,}"
    for walk_m, wanted in ((1000.0, 0.15), (3000.0, 1.0)):
        what = f"reach and E2SFCA within {walk_m / 1000:.0f} km, {size}"
        results.append(Result(what, best_of(lambda walk_m=walk_m: run(walk_m)), "s", wanted))
        memory = measure_memory(points, len(sites), walk_m, built)
        results.append(Result("the same, memory of the process", memory, "MB", 300))
    is_open = region.is_open(("meals",), "2026-06")
    living = split_people(region.points, region.people["60plus"])
    capacity = np.where(is_open, region.supply.capacity, 0).astype(float)
    near = region.distances(is_open, 3000)
    what = f"places filled nearest first within 3 km, {near.n_points:,} points"
    results.append(Result(what, best_of(lambda: serve_nearest_first(near, living, capacity)), "s"))
    return results


def measure_memory(points: np.ndarray, n_providers: int, walk_m: float, built: Built) -> float:
    """Megabytes of a fresh process at its peak, everything imported counted."""
    path = built.releases.parent / "benchmark-points.npy"
    np.save(path, points)
    code = MEMORY_CODE.format(path=str(path), n_providers=n_providers, walk_m=walk_m)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    path.unlink()
    return float(done.stdout)


def measure_pysal(region: Region, built: Built) -> list[Result]:
    """The same catchment by PySAL, on as much as its table of pairs allows."""
    points, people, sites = (part for part in draw_places(region))
    middle = np.median(points, axis=0)
    rows = np.argsort(np.square(points - middle).sum(axis=1))[:PYSAL_POINTS]
    near = np.argsort(np.square(sites - middle).sum(axis=1))[:PYSAL_PROVIDERS]
    points, people, sites = points[rows], np.maximum(people[rows], 1.0), sites[near]
    places = np.full(len(sites), 50.0)
    answer: dict[str, np.ndarray] = {}

    def ours() -> None:
        answer["ours"] = compute_e2sfca(compute_distances(points, sites, 1000), people, places)

    def theirs() -> None:
        answer["theirs"] = pysal_access(points, people, sites, places)

    fast, slow = best_of(ours), best_of(theirs, 1)
    error = float(np.abs(answer["ours"] - answer["theirs"]).max())
    size = f"{len(points):,} x {len(sites):,}"
    return [
        Result(f"E2SFCA within 1 km, {size}", fast, "s"),
        Result("the same by PySAL access", slow, "s"),
        Result("our time over PySAL's", fast / slow, "", 1 / 50, f"{slow / fast:,.0f} times"),
        Result("largest difference", error, "", 1e-9),
    ]


def pysal_access(
    points: np.ndarray, people: np.ndarray, sites: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """PySAL's own table of Euclidean distances, then its enhanced catchment."""
    apart = np.linalg.norm(points[:, None] - sites[None], axis=2)
    pairs = np.indices(apart.shape).reshape(2, -1)
    cost = pd.DataFrame({"origin": pairs[0], "dest": pairs[1], "cost": apart.ravel()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = fca.two_stage_fca(
            pd.DataFrame({"demand": people}),
            pd.DataFrame({"supply": places}),
            cost,
            1000,
            demand_index=True,
            supply_index=True,
            weight_fn=pysal.step_fn(RINGS),
        )
    return found.reindex(range(len(points)), fill_value=0.0).to_numpy()


def measure_release(region: Region, built: Built) -> list[Result]:
    """Everything a release can be asked at once, and one scenario."""
    cases = [((c.code,), "60plus", 1000.0) for c in CATEGORIES if c.has_sites]
    cases += [
        (item.categories, item.counts, item.radius_m)
        for item in region.standards.items
        if item.radius_m
    ]

    def everything() -> None:
        for categories, counts, walk_m in cases:
            standard = adjust_standard(
                None, categories[0], detour_factor=1.3, walk_m=walk_m, counts=counts
            )
            overview = Overview(region, standard, "2026-06")
            overview.reached_count, overview.border_count, overview.served_count  # noqa: B018
            for method in METHODS:
                overview.access_ratio(method)

    all_s = best_of(everything, 1)
    ready = best_of(lambda: region.baseline(region.standards.of_category("meals"), "2026-06"))
    base = region.baseline(region.standards.of_category("meals"), "2026-06")
    sites = tuple(AddedSite("meals", 116.2 + i / 50, 39.8, 100) for i in range(10))
    closed = tuple(base.provider_ids[base.provider_ids != ""][:10].tolist())
    scenario = Scenario(sites, (), closed)
    return [
        Result("all categories and standards of a release", all_s, "s", 10),
        Result("what-if made ready: one standard, one month", ready, "s"),
        Result(
            "what-if answered, 10 added and 10 closed",
            best_of(lambda: apply_scenario(base, scenario)),
            "s",
            0.3,
            "whole region",
        ),
    ]


def measure_siting(region: Region, built: Built) -> list[Result]:
    """A district, a city and the whole region; reach 1,000 m on foot."""
    points, people, _ = draw_places(region)
    middle = np.array([0.0, 60_000.0])  # Beijing
    order = np.argsort(np.square(points - middle).sum(axis=1))
    results = []
    for name, n, n_candidates, n_sites, gap, wanted in (
        ("district, 300 x 300, 20 sites, proven optimum", 300, 300, 20, 0.0, 1),
        ("city, 5,000 x 2,000, 100 sites, bound 2 %", 5000, 2000, 100, 0.02, 10),
        ("region, 65,000 x 65,000, 500 sites, bound 2 %", N_POINTS, N_POINTS, 500, 0.02, 60),
    ):
        rows = order[:n]
        candidates = np.random.default_rng(1).permutation(rows)[:n_candidates]
        begin = time.perf_counter()
        near = compute_distances(points[rows], points[candidates], 1000, DETOUR)
        answer = choose_sites(build_problem(near, people[rows]), n_sites, gap=gap)
        seconds = time.perf_counter() - begin
        results.append(Result(f"siting: {name}", seconds, "s", wanted))
        results.append(Result("the same, proven gap", 100 * answer.gap_share, "%", 100 * gap))
    results.append(measure_real_siting(region))
    return results


def measure_real_siting(region: Region) -> Result:
    """500 more meal points among all communities, the existing ones locked."""
    base = region.baseline(region.standards.of_category("meals"), "2026-06")
    first = np.flatnonzero(np.r_[True, np.diff(region.points.community) > 0])
    begin = time.perf_counter()
    near = compute_distances(region.place_index, region.points.xy[first], 1000, DETOUR)
    problem = build_problem(near, base.point_people, base.in_reach > 0)
    answer = choose_sites(problem, 500, gap=0.01)
    seconds = time.perf_counter() - begin
    what = f"siting: 500 meal points, {near.n_points:,} points x {near.n_providers:,} communities"
    return Result(what, seconds, "s", 60, f"proven gap {answer.gap_share:.2%}")


def measure_spopt(region: Region, built: Built) -> list[Result]:
    """The same maximal covering in spopt, model building and HiGHS included."""
    points, people, _ = draw_places(region)
    order = np.argsort(np.square(points - [0.0, 60_000.0]).sum(axis=1))
    results = []
    for n, n_sites in ((300, 20), (1000, 40)):
        xy, living = points[order[:n]], people[order[:n]]
        begin = time.perf_counter()
        near = compute_distances(xy, xy, 1000, DETOUR)
        ours = choose_sites(build_problem(near, living), n_sites)
        fast = time.perf_counter() - begin
        begin = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            apart = DETOUR * np.linalg.norm(xy[:, None] - xy[None], axis=2)
            model = MCLP.from_cost_matrix(apart, living, 1000, p_facilities=n_sites)
            theirs = model.solve(pulp.HiGHS(msg=False))
        slow = time.perf_counter() - begin
        same = abs(theirs.problem.objective.value() - ours.people) < 1e-3
        results += [
            Result(f"siting {n} x {n}, {n_sites} sites, proven optimum", fast, "s"),
            Result("the same by spopt", slow, "s", None, "same" if same else "NOT the same people"),
        ]
    return results
