"""What a release publishes about a month, in the numbering of the gate: all an attacker has."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.disclosure import HiddenFlows, HiddenMonth, MonthGate
from geodata.disclosure.flows import FAR, FIRST, OUTSIDE
from geodata.disclosure.knowledge import CARDS, FLOW_CARDS, FLOW_SWIPES, ISSUED, SILENT, SWIPES
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure_rule import MONEY
from geodata.release.layout import CUBE, MANIFEST
from geodata.release.tables import read_monthly
from geodata.schema import SUPPRESSED
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, UPPER_SLOTS

_CUBES = {ISSUED: "issued_cards_count", SILENT: "silent_cards_count"}


class PublishedMonths:
    """The months of a release, read one by one.

    Attributes
    ----------
    periods : list of str
    misfits : frozenset of str
        Periods in which somewhere more cards were used or silent than issued: nobody can reckon
        there with issued cards being the most.

    Parameters
    ----------
    folder : Path
    manifest : dict
    tree : AreaTree
        Of the release.
    gate : MonthGate
        Of the same tree.
    """

    def __init__(self, folder: Path, manifest: dict, tree: AreaTree, gate: MonthGate) -> None:
        self.folder, self.periods = folder, list(manifest["periods"])
        self.misfits = frozenset(manifest.get("issued_below_use", ()))
        self.tree, self.gate = tree, gate

    def read(self, period: str) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Published counts and masks of hidden cells by kind, as `Knowledge.system` takes them.

        A flow that is not listed is nothing, or hidden: in a home area and category with a row
        "other" all of them are taken as hidden, as an outsider cannot tell which.
        """
        knowledge, number = self.gate.knowledge, self.periods.index(period)
        values = {}
        for kind, sums in (
            (CARDS, knowledge.swipes),
            (SWIPES, knowledge.swipes),
            (ISSUED, knowledge.cards),
            (SILENT, knowledge.cards),
        ):
            blocks = [
                np.load(self.folder / CUBE / f"{block}.{_CUBES.get(kind, kind)}.npy", mmap_mode="r")
                for block in ("upper", "community")
            ]
            values[kind] = sums.flatten(*(block[number] for block in blocks)).astype(np.int64)
        values.update(self._flows(period))
        return values, {kind: counts == SUPPRESSED for kind, counts in values.items()}

    def read_money(self, period: str, field: str) -> tuple[np.ndarray, np.ndarray]:
        """Published amounts of a field and the mask of the hidden ones, (n_cells,) each."""
        number = self.periods.index(period)
        blocks = [
            np.load(self.folder / CUBE / f"{block}.{field}.npy", mmap_mode="r")[number]
            for block in ("upper", "community")
        ]
        amounts = self.gate.knowledge.swipes.flatten(*blocks).astype(np.int64)
        return amounts, amounts == SUPPRESSED

    def hidden(self, period: str) -> HiddenMonth:
        """Masks of what the release hides of a month; of the flows those between two districts."""
        _, masks = self.read(period)
        knowledge, flows = self.gate.knowledge, None
        if FLOW_CARDS in masks:
            flows = HiddenFlows.split(masks[FLOW_CARDS].reshape(knowledge.flows.shape).copy())
        return HiddenMonth(
            knowledge.swipes.unflatten(masks[CARDS]),
            knowledge.cards.unflatten(masks[ISSUED]),
            knowledge.cards.unflatten(masks[SILENT]),
            flows,
            knowledge.swipes.unflatten(self.read_money(period, MONEY[0])[1]),
        )

    def known(self, period: str, cells: MonthCells) -> dict[str, np.ndarray]:
        """Cells that were shown and have not changed, by kind and field of amounts, (n_cells,).

        Who has both releases knows them, whether they are hidden now or not; that they have not
        changed he must guess, and is right about these. Empty where nothing has changed: a month
        that is only protected by another rule is as well protected as it can be.
        """
        values, hidden = self.read(period)
        pairs = {}
        for kind, now in cells.values.items():  # flows may be new
            then = values.get(kind, np.full(len(now), SUPPRESSED))
            pairs[kind] = then, hidden.get(kind, then == SUPPRESSED), now
        for field in MONEY:
            pairs[field] = *self.read_money(period, field), cells.flatten(field)
        known = {kind: ~mask & (then == now) for kind, (then, mask, now) in pairs.items()}
        if all((known[kind] | mask).all() for kind, (_, mask, _) in pairs.items()):
            return {}
        return known

    def _flows(self, period: str) -> dict[str, np.ndarray]:
        rows = self._rows("flows", period)
        totals = self._rows("flow_totals", period)
        if rows is None or totals is None or not len(totals):
            return {}
        shape = self.gate.knowledge.flows.shape
        cards, swipes = (np.zeros(shape, dtype=np.int64) for _ in range(2))
        category = {code: i for i, code in enumerate(CATEGORY_KEYS)}
        first = self.tree.level_slices["district"].start
        lump = rows["service_code"] == "other"
        place = rows["category"].map(category), rows["home_code"].map(self.tree.position)
        for counts in (cards, swipes):
            counts[place[0][lump], FIRST:, place[1][lump]] = SUPPRESSED
        # A month may have lumps only: then there is no number to guess the type from.
        service = rows["service_code"][~lump].map(self.tree.position).astype(int) - first + FIRST
        index = place[0][~lump], service, place[1][~lump]
        cards[index] = rows["cards_count"][~lump]
        swipes[index] = rows["swipes_count"][~lump]
        index = totals["category"].map(category), totals["home_code"].map(self.tree.position)
        swipes[index[0], OUTSIDE, index[1]] = totals["swipes_outside_district"]
        swipes[index[0], FAR, index[1]] = totals["swipes_outside_province"]
        return {FLOW_CARDS: cards.ravel(), FLOW_SWIPES: swipes.ravel()}

    def _rows(self, name: str, period: str) -> pd.DataFrame | None:
        table = read_monthly(self.folder / f"{name}.parquet", period)
        if table is None:
            return None
        frame = table.to_pandas()
        words = ["home_code", "service_code", "category"]
        return frame.astype({w: str for w in words if w in frame})


def open_published(folder: Path, tree: AreaTree, gate: MonthGate) -> PublishedMonths | None:
    """The months of a release with the areas and slots of `tree` and the gate's k; else None."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        codes = pd.read_parquet(folder / "areas.parquet", columns=["area_code"])["area_code"]
    except (OSError, ValueError):
        return None  # damaged: it cannot be served either
    same_slots = manifest["slots"] == {
        "community": [list(slot) for slot in COMMUNITY_SLOTS],
        "upper": [list(slot) for slot in UPPER_SLOTS],
    }
    same_k = manifest["rules"]["disclosure"]["k"] == gate.rule.k
    if not (same_slots and same_k) or codes.tolist() != tree.codes:
        return None
    return PublishedMonths(folder, manifest, tree, gate)
