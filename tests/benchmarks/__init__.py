"""Figures that the README promises, measured. `python -m tests.benchmarks` runs all of them.

Each module `measure_*.py` has one function `measure(built, note) -> list[Result]`: `built` is the
whole demonstration (source and releases folder), `note(text)` says on stderr what is going on.
"""
