"""Where to open next: the best N sites, the fewest sites for a share, with a proven bound."""

from geodata.coverage.siting.answer import SitingAnswer, TargetAnswer
from geodata.coverage.siting.capacitated import choose_limited_sites
from geodata.coverage.siting.choose import choose_sites
from geodata.coverage.siting.greedy import choose_greedily
from geodata.coverage.siting.problem import SitingProblem, build_problem
from geodata.coverage.siting.progress import SitingProgress
from geodata.coverage.siting.target import TargetError, choose_for_share

__all__ = [
    "SitingAnswer",
    "SitingProblem",
    "SitingProgress",
    "TargetAnswer",
    "TargetError",
    "build_problem",
    "choose_for_share",
    "choose_greedily",
    "choose_limited_sites",
    "choose_sites",
]
