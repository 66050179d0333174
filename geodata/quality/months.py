"""Checks across the files of one month: cards against swipes, margins against cells, flows."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.findings import Finding, finding
from geodata.rollup import sum_children
from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES, LEVELS
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, SLOT_INDEX, UPPER_SLOTS
from geodata.swipes import Flows, Month

ADDITIVE = ("swipes_count", "amount_fen", "subsidy_fen")
BANDS = tuple(age for age in AGE_BANDS if age != AGE_ALL)


def check_month(
    month: Month, flows: Flows | None, tree: AreaTree, period: str, *, bus_taps: bool = False
) -> list[Finding]:
    """Findings on a month whose files each are sound.

    Parameters
    ----------
    month : Month
        True counts of all levels; nothing is checked when it has no cells.
    flows : Flows or None
    tree : AreaTree
    period : str
        Named in the findings.
    bus_taps : bool
        Bus taps were halved cell by cell, so sums of swipes differ by the taps left over.

    Returns
    -------
    list of Finding
    """
    found: list[Finding] = []
    if not month.upper:
        return found
    check = _Check(tree, period, found, bus_taps)
    for block in ("community", "upper"):
        _check_margins(check, block, getattr(month, block))
        _check_cards(check, block, getattr(month, block), getattr(month, f"{block}_cards"))
    if flows is not None and flows.fields:
        _check_flows(check, month, flows)
    return found


class _Check:
    """Collects findings; names one of the areas."""

    def __init__(self, tree: AreaTree, period: str, found: list[Finding], bus_taps: bool) -> None:
        self.tree, self.period, self.found = tree, period, found
        self.exact = tuple(f for f in ADDITIVE if not (bus_taps and f == "swipes_count"))
        self.first = {"upper": 0, "community": tree.level_slices[LEVELS[-1]].start}

    def report(self, check: str, table: str, block: str, bad: np.ndarray, words) -> None:
        """`words(index of a bad cell)` completes the example."""
        if bad.any():
            cells = np.argwhere(bad)
            # The last area in tree order is the finest: the cause, not the totals above it.
            index = tuple(int(i) for i in cells[cells[:, -1].argmax()])
            code = self.tree.codes[self.first[block] + index[-1]]
            example = f"{self.period}, {code}: {words(index)}"
            self.found.append(finding(check, table, int(bad.sum()), example))


def _check_margins(check: _Check, block: str, fields: dict[str, np.ndarray]) -> None:
    """Category "all" against the categories; a category against its age bands."""
    n = len(UPPER_SLOTS) if block == "upper" else len(COMMUNITY_SLOTS)
    _check_sum(
        check,
        "categories_not_sum",
        block,
        fields,
        (CATEGORY_ALL, AGE_ALL),
        [(category, AGE_ALL) for category in CATEGORY_CODES],
    )
    _check_sum(
        check,
        "ages_not_sum",
        block,
        fields,
        (CATEGORY_ALL, AGE_ALL),
        [(CATEGORY_ALL, age) for age in BANDS],
    )
    if n < len(UPPER_SLOTS):
        return
    for category in CATEGORY_CODES:
        parts = [(category, age) for age in BANDS]
        _check_sum(check, "levels_disagree", block, fields, (category, AGE_ALL), parts)
    for age in BANDS:
        parts = [(category, age) for category in CATEGORY_CODES]
        _check_sum(check, "levels_disagree", block, fields, (CATEGORY_ALL, age), parts)


def _check_sum(check: _Check, name: str, block: str, fields, total, parts) -> None:
    """Uses and money add over categories and ages; distinct cards only bound their union."""
    whole, rows = SLOT_INDEX[total], [SLOT_INDEX[part] for part in parts]
    for field in (*check.exact, "cards_count"):
        values, cells = fields[field][whole], fields[field][rows]
        known = (values >= 0) & (cells >= 0).all(axis=0)
        summed = cells.sum(axis=0)
        if field in check.exact:
            bad = known & (values != summed)
        else:
            bad = known & ((values > summed) | (values < cells.max(axis=0)))
        check.report(
            name,
            "swipes",
            block,
            bad,
            lambda i: f"{field} of {'/'.join(total)} = {values[i]}, of its parts = {summed[i]}",  # noqa: B023
        )


def _check_cards(check: _Check, block: str, swipes: dict, cards: dict) -> None:
    """More cards used or silent than issued; age bands of issued cards against all ages."""
    slots = [SLOT_INDEX[CATEGORY_ALL, age] for age in AGE_BANDS]
    used, issued = swipes["cards_count"][slots], cards["cards_count"]
    silent = np.maximum(cards["silent_cards_count"], 0)
    bad = (used >= 0) & (issued >= 0) & (used + silent > issued)
    # A warning is published with the release: it must not say counts that the release hides.
    check.report("used_over_issued", "swipes", block, bad, lambda i: f"age band {AGE_BANDS[i[0]]}")
    for field, values in cards.items():
        bands, whole = values[1:], values[0]
        known = (whole >= 0) & (bands >= 0).all(axis=0)
        summed = bands.sum(axis=0)
        check.report(
            "ages_not_sum",
            "cards",
            block,
            known & (whole != summed),
            lambda i: f"{field} of all = {whole[i]}, of the bands = {summed[i]}",  # noqa: B023
        )


def _check_flows(check: _Check, month: Month, flows: Flows) -> None:
    """Uses over all places of service against the uses of the home area."""
    slots = [SLOT_INDEX[category, AGE_ALL] for category in CATEGORY_KEYS]
    n_homes = check.tree.level_slices["district"].stop
    for field in (f for f in ("swipes_count", "amount_fen") if f in check.exact):
        total = month.upper[field][slots][:, :n_homes]
        summed = [flows.fields[field].sum(axis=1)]
        for level in ("city", "province", "region"):
            summed.append(np.maximum(sum_children(summed[-1], check.tree, level), 0))
        summed = np.concatenate(summed[::-1], axis=-1)
        # Homes without any flow row are not in the flow files at all.
        bad = (total >= 0) & (summed > 0) & (summed != total)
        check.report(
            "flows_not_sum",
            "swipes (flows)",
            "upper",
            bad,
            lambda i: (
                f"{CATEGORY_KEYS[i[0]]}: {field} by place of service = {summed[i]}, "  # noqa: B023
                f"of the home area = {total[i]}"  # noqa: B023
            ),
        )
