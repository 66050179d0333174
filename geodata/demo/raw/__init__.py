"""Seeded raw swipes for tests and demonstrations: skewed, near home, with real ones' traps."""

from geodata.demo.raw.write import RawPlan, write_raw

__all__ = ["RawPlan", "write_raw"]
