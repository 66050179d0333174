"""Checks of a source: findings that name the file, the row, the column and the remedy."""

from geodata.quality.month_rows import check_swipe_file
from geodata.quality.months import check_month
from geodata.quality.source import check_source

__all__ = ["check_month", "check_source", "check_swipe_file"]
