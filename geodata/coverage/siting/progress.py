"""What the official sees while sites are sought, and how she stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SitingProgress:
    """State of a running search.

    Attributes
    ----------
    stage : str
        greedy, bound, core or exact.
    best, bound : float
        People newly reached by the best choice found, and what no choice exceeds; for a search
        of the fewest sites, sites.
    seconds : float
        Since the start.
    """

    stage: str
    best: float
    bound: float
    seconds: float


@dataclass
class Watch:
    """Clock, stop flag and reporter of one search.

    Attributes
    ----------
    time_limit_s : float
    report : callable of SitingProgress, optional
    stop : callable to bool, optional
        Asked again and again; true ends the search with the best found.
    """

    time_limit_s: float
    report: Callable[[SitingProgress], None] | None = None
    stop: Callable[[], bool] | None = None
    begin: float = field(default_factory=time.perf_counter)
    stopped: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.begin

    @property
    def left_s(self) -> float:
        """Seconds left, at least 0."""
        return max(self.time_limit_s - self.seconds, 0.0)

    def tell(self, stage: str, best: float, bound: float) -> bool:
        """Report; whether the search shall end now."""
        if self.report:
            self.report(SitingProgress(stage, best, bound, self.seconds))
        return self.over()

    def over(self) -> bool:
        """Whether the time is up or somebody stopped it."""
        self.stopped = self.stopped or (self.stop is not None and self.stop())
        return self.stopped or self.left_s <= 0
