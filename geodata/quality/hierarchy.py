"""Checks of table areas: sound hierarchy, codes that match their parents, complete levels."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from geodata.areas import AreaTree
from geodata.errors import AreaError
from geodata.findings import ERROR, Finding, finding
from geodata.keys import check_duplicates
from geodata.schema import CODE_LENGTH, LEVELS
from geodata.tables import TableData


def check_areas(
    data: TableData, root_code: str, make_tree: Callable[[], AreaTree]
) -> tuple[AreaTree | None, list[Finding]]:
    """Findings on table areas, and its tree when it has one.

    Parameters
    ----------
    data : TableData
    root_code : str
    make_tree : callable
        Makes the tree of the table, or raises AreaError; called when the rows are sound.
    """
    if data.n_rows and {"area_code", "parent_code", "level"} <= set(data.text):
        check_duplicates(data)
        _check_parents(data)
        _check_prefixes(data)
    if any(item.severity == ERROR for item in data.findings) or not data.n_rows:
        return None, data.findings
    try:
        tree = make_tree()
    except AreaError as error:
        item = finding("broken_hierarchy", data.name, 1, error.message, fix=error.fix)
        return None, [*data.findings, item]
    if tree.codes[0] != root_code or tree.level(0) != LEVELS[0]:
        example = f"root is {tree.codes[0]!r} ({tree.level(0)}), source.toml says {root_code!r}"
        fix = "give the root the code root_code and the level region"
        data.findings.append(finding("broken_hierarchy", data.name, 1, example, fix=fix))
        return None, data.findings
    _check_children(tree, data)
    return tree, data.findings


def _check_parents(data: TableData) -> None:
    known = set(data.text["area_code"].values)
    unknown = data.text["parent_code"].rows_with(lambda v: v != "" and v not in known)
    data.report("unknown_code", unknown, "parent_code")
    codes, levels = data.text["area_code"].to_numpy(), data.text["level"].to_numpy()
    level_of = dict(zip(codes, levels, strict=True))
    level = data.text["level"].map({name: i for i, name in enumerate(LEVELS)})
    above = data.text["parent_code"].map(
        {code: LEVELS.index(name) for code, name in level_of.items() if name in LEVELS}, -2
    )
    wrong = (level >= 0) & (above >= 0) & (above + 1 != level)
    if wrong.any():
        row = int(np.argmax(wrong))
        example = (
            f"{data.where(row)}: {data.cell('area_code', row)} is a {data.text['level'].at(row)}, "
            f"its parent {data.cell('parent_code', row)} a {LEVELS[above[row]]}"
        )
        fix = "hang the area under the level just above"
        item = finding("broken_hierarchy", data.name, int(wrong.sum()), example, fix=fix)
        data.findings.append(item)


def _check_prefixes(data: TableData) -> None:
    """Codes carry their parent's, save for a zone's subdistricts, which carry the zone's."""
    code, parent = data.text["area_code"].to_numpy(), data.text["parent_code"].to_numpy()
    zone = data.text["zone_code"].to_numpy() if "zone_code" in data.text else [""] * len(code)
    level = data.text["level"].to_numpy()
    wrong = np.array(
        [
            len(p) >= CODE_LENGTH["province"]
            and at in CODE_LENGTH
            and p.isdigit()
            and not c.startswith(p)
            and not (z and c.startswith(z))
            for c, p, z, at in zip(code, parent, zone, level, strict=True)
        ],
        dtype=bool,
    )
    if wrong.any():
        row = int(np.argmax(wrong))
        example = f"{data.where(row)}: area_code = {code[row]!r}, parent_code = {parent[row]!r}"
        data.findings.append(finding("code_not_in_parent", data.name, int(wrong.sum()), example))


def _check_children(tree: AreaTree, data: TableData) -> None:
    sizes = tree.child_ranges[:, 1] - tree.child_ranges[:, 0]
    for level, below in pairwise(LEVELS):
        part, lower = tree.level_slices[level], tree.level_slices[below]
        empty = np.flatnonzero(sizes[part] == 0) + part.start
        if lower.stop > lower.start and len(empty):
            example = f"{tree.codes[empty[0]]} {tree.names[empty[0]]} ({level})"
            data.findings.append(finding("no_children", data.name, len(empty), example))
