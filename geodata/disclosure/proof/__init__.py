"""Proof that hidden counts are free: tables nobody outside can tell apart."""

from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.proof.search import Search
from geodata.disclosure.proof.settle import settle
from geodata.disclosure.proof.singly import Singly
from geodata.disclosure.proof.subjects import ancestors, are_flows, areas_of
from geodata.disclosure.proof.walk import Walk

__all__ = [
    "Reached",
    "Search",
    "Singly",
    "Walk",
    "ancestors",
    "are_flows",
    "areas_of",
    "settle",
]
