"""Sites found, in order of gain, with the proof of how good they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST = 1e-6  # of a person: no difference


@dataclass(frozen=True)
class SitingAnswer:
    """Best choice of sites found.

    Attributes
    ----------
    chosen : ndarray of int, (n_chosen,)
        Candidates, the one that adds most first; fewer than asked where more would add nobody.
    gains : ndarray of float, (n_chosen,)
        People each adds to those before it.
    bound : float
        Proven: no choice of as many sites newly reaches more people.
    people_locked, people_total : float
        People the existing providers reach, and all people.
    stopped : bool
        Ended by the official before the goal was met.
    seconds : float
    """

    chosen: np.ndarray
    gains: np.ndarray
    bound: float
    people_locked: float
    people_total: float
    stopped: bool
    seconds: float

    @property
    def people(self) -> float:
        """People newly reached."""
        return float(self.gains.sum())

    @property
    def gap_share(self) -> float:
        """At most this share more could be newly reached by another choice of as many sites."""
        if self.bound <= self.people + LEAST:
            return 0.0
        return self.bound / self.people - 1 if self.people > 0 else float("inf")

    @property
    def curve(self) -> np.ndarray:
        """Share of all people in reach with 0, 1, ... of the sites, (n_chosen + 1,).

        NaN where nobody lives.
        """
        people = self.people_locked + np.concatenate([[0.0], np.cumsum(self.gains)])
        return people / self.people_total if self.people_total > 0 else np.full(len(people), np.nan)


@dataclass(frozen=True)
class TargetAnswer:
    """Fewest sites found for a share of all people.

    Attributes
    ----------
    sites : SitingAnswer
        Its `bound` is not proven here and holds all reachable people.
    fewest : int
        Proven: no fewer sites are enough.
    """

    sites: SitingAnswer
    fewest: int

    @property
    def gap_sites(self) -> int:
        """At most so many sites fewer might do."""
        return len(self.sites.chosen) - self.fewest
