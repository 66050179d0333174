"""Flows of one period as table rows, hidden cells lumped into "other".

Flows are those of home districts: of areas above, add up the rows of their districts.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from geodata.areas import AreaTree
from geodata.disclosure import FlowGate, HiddenFlows
from geodata.schema import MISSING, STATE_OK, STATE_SUPPRESSED, SUPPRESSED
from geodata.slots import CATEGORY_KEYS
from geodata.swipes import Flows

OTHER = "other"
COUNTS = ("swipes_count", "cards_count")
_WORD = pa.dictionary(pa.int32(), pa.string())
FLOWS_SCHEMA = pa.schema(
    {
        "period": _WORD,
        "home_code": _WORD,
        "service_code": _WORD,
        "category": _WORD,
        "swipes_count": pa.int64(),
        "cards_count": pa.int32(),
        "state": pa.uint8(),
    }
)
FLOW_TOTALS_SCHEMA = pa.schema(
    {
        "period": _WORD,
        "home_code": _WORD,
        "category": _WORD,
        "swipes_total": pa.int64(),
        "swipes_outside_district": pa.int64(),
        "swipes_outside_province": pa.int64(),
        "state": pa.uint8(),
    }
)


def flow_rows(period: str, flows: Flows, hidden: HiddenFlows, tree: AreaTree) -> pa.Table:
    """Shown flows, and for each home district and category one row "other" with the hidden ones.

    The swipes of "other" are a sum; its cards are SUPPRESSED, as cards do not add over places of
    service. Where the total of the home district is hidden, so is "other". Amounts are not among
    them: by place of service they would be the turnover of a few providers.

    Returns
    -------
    pa.Table
        period, home_code, service_code, category, swipes_count, cards_count, state; ordered by
        home district, category, place of service.
    """
    districts = tree.level_slices["district"]
    hidden_cells, hidden_total = (a[..., districts] for a in (hidden.cells, hidden.total))
    n_services = hidden_cells.shape[1]
    shown = (flows.fields["cards_count"] > 0) & ~hidden_cells
    home, category, service = (a.ravel() for a in np.nonzero(shown.transpose(2, 0, 1)))
    columns = [flows.fields[name][category, service, home] for name in COUNTS]
    # Where a total is hidden there is always a lump: without one it would be known to be nothing.
    lump_category, lump_home = np.nonzero(hidden_cells.any(axis=1) | hidden_total)
    lump = np.where(hidden_cells, flows.fields["swipes_count"], 0).sum(axis=1)
    closed = hidden_total[lump_category, lump_home]
    lump = np.where(closed, SUPPRESSED, lump[lump_category, lump_home])
    none = np.full(len(lump_home), SUPPRESSED)
    home = np.concatenate([home, lump_home])
    category = np.concatenate([category, lump_category])
    service = np.concatenate([service, np.full(len(lump_home), n_services)])
    swipes = np.concatenate([columns[0], lump])
    cards = np.concatenate([columns[1], none])
    state = np.concatenate(
        [np.full(len(columns[0]), STATE_OK), np.where(closed, STATE_SUPPRESSED, STATE_OK)]
    )
    order = np.lexsort((service, category, home))
    homes = tree.codes[districts]
    return pa.table(
        {
            "period": _words(np.zeros(len(order), dtype=np.int32), [period]),
            "home_code": _words(home[order], homes),
            "service_code": _words(service[order], [*homes, OTHER]),
            "category": _words(category[order], CATEGORY_KEYS),
            "swipes_count": pa.array(swipes[order], pa.int64()),
            "cards_count": pa.array(cards[order], pa.int32()),
            "state": pa.array(state[order], pa.uint8()),
        }
    )


def flow_total_rows(
    period: str,
    flows: Flows,
    swipes: np.ndarray,
    hidden: HiddenFlows,
    gate: FlowGate,
    tree: AreaTree,
) -> pa.Table:
    """Uses of each home area: all, outside the home district, outside the home province.

    Parameters
    ----------
    swipes : ndarray of int, (n_categories, n_homes)
        All swipes of the home areas; negative where not reported.

    Returns
    -------
    pa.Table
        period, home_code, category, swipes_total, swipes_outside_district,
        swipes_outside_province, state (suppressed if any of the three is).
    """
    cells = flows.fields["swipes_count"]
    outside, far = gate.outside(cells)
    missing = swipes < 0
    columns = {}
    for name, values, mask in (
        ("swipes_total", swipes, hidden.total),
        ("swipes_outside_district", outside, hidden.outside | hidden.total),
        ("swipes_outside_province", far, hidden.far | hidden.total),
    ):
        values = np.where(missing, MISSING, np.where(mask, SUPPRESSED, values))
        columns[name] = pa.array(values.T.ravel(), pa.int64())
    n_categories, n_homes = swipes.shape
    state = (hidden.total | hidden.outside | hidden.far).T.ravel()
    return pa.table(
        {
            "period": _words(np.zeros(swipes.size, dtype=np.int32), [period]),
            "home_code": _words(np.repeat(np.arange(n_homes), n_categories), tree.codes[:n_homes]),
            "category": _words(np.tile(np.arange(n_categories), n_homes), CATEGORY_KEYS),
            **columns,
            "state": pa.array(np.where(state, STATE_SUPPRESSED, STATE_OK), pa.uint8()),
        }
    )


def _words(indices: np.ndarray, words) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(list(words)))
