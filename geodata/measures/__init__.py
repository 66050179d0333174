"""What can be mapped: one declaration per measure, and its computation."""

from geodata.measures.compute import Facts, Query, Values, compute_measure
from geodata.measures.declared import MEASURES
from geodata.measures.measure import Measure

__all__ = ["MEASURES", "Facts", "Measure", "Query", "Values", "compute_measure"]
