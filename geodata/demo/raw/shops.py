"""Merchants: their numbers, what they are on which day, and which one a card goes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.demo.habits import HABITS
from geodata.schema import CATEGORY_CODES

# A code of merchants by category; 9999 stands for nothing.
MCC = {
    "supermarket": "5411",
    "food": "5499",
    "meals": "5812",
    "medical": "8062",
    "pharmacy": "5912",
    "aids": "5047",
    "home_cleaning": "7299",
    "personal_care": "7230",
    "day_care": "8398",
    "care_home": "8050",
    "culture": "7922",
}
AT_HOME = ("home_cleaning",)
UNLISTED = 0.03  # of the merchants whose MCC says enough are not in the table
CHANGED = 0.02  # became something else on a day
CHAINED = 0.2  # of the merchants belong to a provider that has others too
NEAR = 4.0  # merchants away, in the order of codes
FAR = 0.08  # of the swipes are anywhere
SOLD = tuple(code for code in CATEGORY_CODES if code in MCC)


@dataclass(frozen=True)
class Shops:
    """Merchants in the order of category, then community.

    Attributes
    ----------
    number : ndarray of str, (n,)
    community : int32, (n,)
    first : int64, (n_categories + 1,)
        Where each of the categories `SOLD` begins.
    table : DataFrame
        Table merchants as a raw folder holds it.
    """

    number: np.ndarray
    community: np.ndarray
    first: np.ndarray
    table: pd.DataFrame

    def choose(self, category: np.ndarray, home: np.ndarray, rng) -> np.ndarray:
        """A merchant for each swipe: near the home in most cases."""
        first, last = self.first[category], self.first[category + 1]
        key = category.astype(np.int64) * (1 << 32) + home
        near = np.searchsorted(self._keys(), key)
        step = np.round(rng.laplace(0, NEAR, len(home))).astype(np.int64)
        chosen = np.clip(near + step, first, last - 1)
        far = rng.random(len(home)) < FAR
        chosen[far] = rng.integers(first[far], last[far])
        return chosen

    def _keys(self) -> np.ndarray:
        category = np.repeat(np.arange(len(SOLD)), np.diff(self.first))
        return category.astype(np.int64) * (1 << 32) + self.community


def draw_shops(
    providers: pd.DataFrame, codes: np.ndarray, days: tuple[str, str], rng: np.random.Generator
) -> Shops:
    """Merchants at the providers of a source, and in each category at least one in 40 communities.

    Parameters
    ----------
    providers : DataFrame
        `category` and `community` (number of the community, -1 outside).
    codes : ndarray of str, (n_communities,)
    days : tuple of str
        First and last day of the demonstration.
    rng : Generator
    """
    parts = []
    for i, category in enumerate(SOLD):
        sites = providers.loc[providers["category"] == category, "community"].to_numpy()
        more = rng.integers(0, len(codes), max(2, len(codes) // 40))
        places = np.sort(np.concatenate([sites[sites >= 0], more]))
        parts.append(pd.DataFrame({"category": i, "community": places}))
    shops = pd.concat(parts, ignore_index=True)
    n = np.arange(len(shops))
    city = pd.Series(codes[shops["community"]]).str[:4]
    mcc = shops["category"].map(dict(enumerate(MCC[c] for c in SOLD)))
    acquirer = pd.Series(100 + n // 10_000).astype(str)
    serial = pd.Series(n % 10_000).astype(str).str.zfill(4)
    number = (acquirer + city + mcc + serial).to_numpy(dtype=object)
    first = np.searchsorted(shops["category"], np.arange(len(SOLD) + 1))
    table = _dated_table(shops, number, mcc, days, rng)
    return Shops(number, shops["community"].to_numpy(np.int32), first, table)


def _dated_table(shops, number, mcc, days, rng) -> pd.DataFrame:
    category = np.array(SOLD, dtype=object)[shops["category"]]
    table = pd.DataFrame(
        {
            "merchant_no": number,
            "provider_id": _owners(len(shops), rng),
            "category": category,
            "at_home": np.where(np.isin(category, AT_HOME), "Y", "N"),
            "valid_from": "2015-01-01",
            "valid_to": "",
        }
    )
    speaks = np.isin(category, ("supermarket", "food", "pharmacy"))
    unlisted = speaks & (rng.random(len(table)) < UNLISTED)
    changed = (category == "personal_care") & (rng.random(len(table)) < CHANGED)
    first, last = np.datetime64(days[0]), np.datetime64(days[1])
    day = first + (last - first) // 2
    before = table[changed].assign(valid_to=str(day - 1))
    after = table[changed].assign(valid_from=str(day), category="home_cleaning", at_home="Y")
    return pd.concat([table[~unlisted & ~changed], before, after], ignore_index=True)


def category_shares() -> dict[str, float]:
    """Expected uses of a card in use by category."""
    return {c: float(np.mean(h.users) * h.visits) for c, h in HABITS.items()}


def _owners(n: int, rng: np.random.Generator) -> list[str]:
    """Ids of the providers of merchants; those of a chain may be of several categories."""
    owner = np.arange(n)
    chained = rng.random(n) < CHAINED
    owner[chained] = n + rng.integers(0, n // 20 + 1, int(chained.sum()))
    return [f"R{i:06d}" for i in owner]
