"""Small-cell suppression: the one gate before anything leaves geodata.

What is published about a period is a set of cells tied by sums: an area is the sum of its
children, all ages are the sum of the bands, all categories are the sum of the categories. A cell
resting on fewer than k distinct cards is hidden, and so are further cells, until no sum gives a
hidden cell back, neither one of them alone nor all of them together.
"""

from geodata.disclosure.equations import Equation
from geodata.disclosure.families import FamilyLevel, family_levels
from geodata.disclosure.fixpoint import protect
from geodata.disclosure.flows import FlowGate, HiddenFlows
from geodata.disclosure.gate import CardsGate, SwipesGate, categories_in_use
from geodata.disclosure.month import HiddenMonth, MonthCounts
from geodata.disclosure.month_gate import MonthGate
from geodata.disclosure.stretch import Intervals, find_intervals
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown, SystemBuilder
from geodata.disclosure.tighten import tighten
from geodata.disclosure_rule import DISCLOSURE_RULE, DisclosureRule

__all__ = [
    "DISCLOSURE_RULE",
    "CardsGate",
    "DisclosureRule",
    "Equation",
    "FamilyLevel",
    "FlowGate",
    "HiddenFlows",
    "HiddenMonth",
    "Intervals",
    "MonthCounts",
    "MonthGate",
    "Shown",
    "SwipesGate",
    "System",
    "SystemBuilder",
    "categories_in_use",
    "family_levels",
    "find_intervals",
    "protect",
    "tighten",
]
