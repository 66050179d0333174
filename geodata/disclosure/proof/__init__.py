"""Proof that hidden counts are free: tables nobody outside can tell apart."""

from geodata.disclosure.proof.cuts import ancestors, areas_of, cuts_of
from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.proof.search import Search
from geodata.disclosure.proof.settle import settle
from geodata.disclosure.proof.singly import settle_singly

__all__ = ["Reached", "Search", "ancestors", "areas_of", "cuts_of", "settle", "settle_singly"]
