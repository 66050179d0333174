"""Standards, demand points, reach and capacity: can the providers meet the demand?

Pure functions, one module per method. `region` reads a release for all of them; `siting` says
where to open next.
"""

from geodata.coverage.accessibility import (
    compare_with_mean,
    compute_2sfca,
    compute_e2sfca,
    compute_gravity,
    compute_potential,
)
from geodata.coverage.baseline import Baseline, prepare_baseline
from geodata.coverage.before_after import (
    BeforeAfter,
    compare_before_after,
    find_comparable,
    find_surroundings,
)
from geodata.coverage.borders import BorderReach, compare_borders, rank_border_providers
from geodata.coverage.capacity import Supply, read_supply
from geodata.coverage.decay import Decay, gaussian_decay, power_decay, ring_decay, within
from geodata.coverage.demand import (
    DEMAND_POINTS,
    DemandPoints,
    place_demand,
    points_from_table,
    points_table,
)
from geodata.coverage.distances import Distances, compute_distances, split_people
from geodata.coverage.overview import METHODS, Overview, count_reached_by_month, whole_people
from geodata.coverage.places import index_places
from geodata.coverage.planned import apply_to_supply
from geodata.coverage.reach import ReachPairs, find_pairs, reached_people
from geodata.coverage.region import Region, read_region
from geodata.coverage.scenario import AddedSite, MovedProvider, Scenario, parse_scenario
from geodata.coverage.serving import Served, serve_nearest_first
from geodata.coverage.shortfall import Shortfall, compute_per_1000, compute_shortfall
from geodata.coverage.standards import (
    COUNTS,
    OWN,
    Standard,
    Standards,
    adjust_standard,
    check_standards,
    parse_standards,
)
from geodata.coverage.use import FieldCuts, classify_use, compute_load, expected_use, uses_per_day
from geodata.coverage.whatif import Effect, apply_scenario

__all__ = [
    "COUNTS",
    "DEMAND_POINTS",
    "METHODS",
    "OWN",
    "AddedSite",
    "Baseline",
    "BeforeAfter",
    "BorderReach",
    "Decay",
    "DemandPoints",
    "Distances",
    "Effect",
    "FieldCuts",
    "MovedProvider",
    "Overview",
    "ReachPairs",
    "Region",
    "Scenario",
    "Served",
    "Shortfall",
    "Standard",
    "Standards",
    "Supply",
    "adjust_standard",
    "apply_scenario",
    "apply_to_supply",
    "check_standards",
    "classify_use",
    "compare_before_after",
    "compare_borders",
    "compare_with_mean",
    "compute_2sfca",
    "compute_distances",
    "compute_e2sfca",
    "compute_gravity",
    "compute_load",
    "compute_per_1000",
    "compute_potential",
    "compute_shortfall",
    "count_reached_by_month",
    "expected_use",
    "find_comparable",
    "find_pairs",
    "find_surroundings",
    "gaussian_decay",
    "index_places",
    "parse_scenario",
    "parse_standards",
    "place_demand",
    "points_from_table",
    "points_table",
    "power_decay",
    "prepare_baseline",
    "rank_border_providers",
    "reached_people",
    "read_region",
    "read_supply",
    "ring_decay",
    "serve_nearest_first",
    "split_people",
    "uses_per_day",
    "whole_people",
    "within",
]
