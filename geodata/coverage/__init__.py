"""Standards, demand points, reach and capacity: can the providers meet the demand?"""

from geodata.coverage.capacity import Supply, read_supply
from geodata.coverage.demand import DemandPoints, place_demand
from geodata.coverage.reach import ReachPairs, find_pairs, reached_people
from geodata.coverage.standards import Standard, Standards, check_standards, parse_standards

__all__ = [
    "DemandPoints",
    "ReachPairs",
    "Standard",
    "Standards",
    "Supply",
    "check_standards",
    "find_pairs",
    "parse_standards",
    "place_demand",
    "reached_people",
    "read_supply",
]
