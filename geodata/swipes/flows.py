"""Where cards of a home area are used: home district x service district x category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.areas import AreaTree
from geodata.findings import Finding, has_errors
from geodata.slots import CATEGORY_KEYS
from geodata.swipes.month import RowCheck, load_checked
from geodata.swipes.taps import BUS
from geodata.tables import TableData, TableFile

FLOW_FIELDS = ("swipes_count", "cards_count", "amount_fen")


@dataclass
class Flows:
    """Flows of one period as a dense table; true counts.

    Attributes
    ----------
    fields : dict of field to ndarray of int64, (n_categories + 1, n_districts, n_districts)
        Categories as in `CATEGORY_KEYS`, places of service, homes; in tree order. Empty when the
        period has no flows.
    rows : int
    """

    fields: dict[str, np.ndarray]
    rows: int = 0


def read_flows(
    files: Sequence[TableFile],
    tree: AreaTree,
    findings: list[Finding],
    *,
    check: RowCheck | None = None,
    bus_taps: bool = False,
) -> Flows:
    """Read the flow files of one period.

    Homes finer than a district count for their district. Parameters as in `read_month`;
    what is wrong goes to `findings`.
    """
    loaded = [load_checked(file, tree, findings, check) for file in files]
    rows = sum(data.n_rows for data in loaded)
    if not rows or has_errors(findings):
        return Flows({}, rows)
    districts = tree.level_slices["district"]
    n = districts.stop - districts.start
    fields = {name: np.zeros((len(CATEGORY_KEYS), n, n), dtype=np.int64) for name in FLOW_FIELDS}
    for data in loaded:
        _add_rows(data, tree, fields)
    if bus_taps:
        bus = fields["swipes_count"][CATEGORY_KEYS.index(BUS)]
        fields["swipes_count"][0] -= bus // 2
        bus -= bus // 2
    return Flows(fields, rows)


def _add_rows(data: TableData, tree: AreaTree, fields: dict[str, np.ndarray]) -> None:
    to_district = _district_numbers(tree)
    home = data.text["home_area_code"].map(to_district)
    service = data.text["service_area_code"].map(to_district)
    category = data.text["category"].map({c: i for i, c in enumerate(CATEGORY_KEYS)})
    keep = (home >= 0) & (service >= 0) & data.text["age_band"].rows_with(lambda v: v == "all")
    place = (category[keep], service[keep], home[keep])
    for name, table in fields.items():
        np.add.at(table, place, data.numbers[name][keep])


def _district_numbers(tree: AreaTree) -> dict[str, int]:
    """Number of the district of every area at or below a district."""
    first = tree.level_slices["district"].start
    number: dict[str, int] = {}
    for position in range(first, len(tree)):
        code = tree.codes[position]
        if position < tree.level_slices["district"].stop:
            number[code] = position - first
        else:
            number[code] = number[tree.codes[tree.parents[position]]]
    return number
