"""The true counts behind the hidden ones of a published month, from its source: for proof only."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.knowledge import CARDS, FLOW_CARDS, FLOW_SWIPES, ISSUED, SILENT, SWIPES
from geodata.disclosure_rule import MONEY
from geodata.errors import ReleaseError
from geodata.release.layout import CARD_CUBES
from geodata.release.published_month import PublishedMonths
from geodata.source import Source
from geodata.swipes import read_flows, read_month


def read_true_month(months: PublishedMonths, source: Source, period: str) -> dict[str, np.ndarray]:
    """Counts and amounts by kind, in the numbering of the gate, (n_cells,) each.

    Raises
    ------
    ReleaseError
        If the source lacks the month or has other areas than the release.
    """
    if period not in source.periods or source.tree.codes != months.tree.codes:
        raise ReleaseError(
            f"the source has no month {period} with the areas of the release",
            "give the source the release was built from",
        )
    files, knowledge = source.month_files(period), months.gate.knowledge
    taps = source.config["swipes"].get("bus_counted_as", "rides") == "taps"
    month = read_month(files["cards"], files["swipes"], source.tree, bus_taps=taps)
    flows = read_flows(files["flows"], source.tree, [], bus_taps=taps).fields
    counts = {
        kind: knowledge.swipes.flatten(month.upper[kind], month.community[kind])
        for kind in (CARDS, SWIPES, *MONEY)
    }
    for kind, name in zip((ISSUED, SILENT), CARD_CUBES):
        counts[kind] = knowledge.cards.flatten(month.upper_cards[name], month.community_cards[name])
    if flows:
        gate = months.gate.flow_gate
        counts[FLOW_CARDS] = gate.stack(flows[CARDS]).ravel()
        counts[FLOW_SWIPES] = gate.stack(flows[SWIPES]).ravel()
    return counts


def grant_nothing(
    published: Mapping[str, np.ndarray],
    hidden: Mapping[str, np.ndarray],
    true: Mapping[str, np.ndarray],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Counts and masks of an outsider who also knows which hidden flows are nothing.

    A release does not say which of the flows it lumps together are none at all. Whoever knows
    that bounds the others more tightly; what is safe from him is safe from everybody.
    """
    counts, masks = dict(published), dict(hidden)
    for kind in (FLOW_CARDS, FLOW_SWIPES):
        if kind in counts:
            masks[kind] = hidden[kind] & (true[kind] > 0)
            counts[kind] = np.where(hidden[kind] & ~masks[kind], 0, published[kind])
    return counts, masks
