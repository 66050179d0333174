"""Boundary files to clean, nested coverages keyed by area_code, and files for the browser."""

from geodata.boundaries.coverages import Coverages, build_coverages, examine_boundaries
from geodata.boundaries.geometry_files import write_geometry
from geodata.boundaries.labels import label_points

__all__ = ["Coverages", "build_coverages", "examine_boundaries", "label_points", "write_geometry"]
