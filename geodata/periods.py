"""Months to count with: a period YYYY-MM as a number, and back."""

from __future__ import annotations


def month_number(period: str) -> int:
    """Months since year 0 of a period YYYY-MM, January of year 0 being 0."""
    return int(period[:4]) * 12 + int(period[5:]) - 1


def month_period(number: int) -> str:
    """Period YYYY-MM of a month number."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
