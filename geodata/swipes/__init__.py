"""Swipes and cards of a month: from rows to dense cells of every area, summed up the tree."""

from geodata.swipes.flows import Flows, read_flows
from geodata.swipes.month import Month, read_month

__all__ = ["Flows", "Month", "read_flows", "read_month"]
