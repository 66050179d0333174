"""What protection costs: time, memory, cells lost; and what is lost against the optimum.

`python -m tests.benchmarks.measure_disclosure SOURCE MONTH ...` proves whole months of a source.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geodata.disclosure import MonthCounts, MonthGate
from geodata.disclosure.noise import CellKeyNoise
from geodata.disclosure_rule import BOUNDS, LINEAR
from geodata.source import Source, read_source
from geodata.swipes import read_flows, read_month
from tests.benchmarks.measure_build import PeakMemory
from tests.benchmarks.result import Result, markdown_table
from tests.building import ROOT, Built
from tests.geodata.disclosure.optimum import hide_optimally
from tests.geodata.disclosure.small_table import RULE, SmallTable

# Two processes, as the build has them: every second month each.
CODE = """
import json, sys, time
from concurrent.futures import ProcessPoolExecutor
from geodata.disclosure import MonthGate
from geodata.source import read_source
from tests.benchmarks.measure_disclosure import read_counts

def protect(job):
    folder, first = job
    source = read_source(folder)
    gate, found, spent = MonthGate(source.tree), [0] * 6, 0.0
    for period in source.periods[first::2]:
        counts = read_counts(source, period)
        begin = time.perf_counter()
        hidden = gate.find_hidden(counts)
        spent += time.perf_counter() - begin
        for cells, mask in zip((counts.upper, counts.community), hidden.swipes):
            used = cells["cards_count"]
            small = (used > 0) & (used < gate.rule.k)
            swipes = cells["swipes_count"]
            sums = (used > 0).sum(), small.sum(), mask.sum(), swipes[used > 0].sum()
            sums += swipes[small].sum(), swipes[mask].sum()
            found = [int(a + b) for a, b in zip(found, sums)]
    return spent, found

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(protect, [(sys.argv[1], 0), (sys.argv[1], 1)]))
    found = [sum(pair) for pair in zip(*(part[1] for part in parts))]
    print(json.dumps([max(part[0] for part in parts), found]))
"""


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Suppression of all months, the audit of all months, small optima, noise."""
    note("suppression of 36 months")
    results = [*_suppression(built), *_audit(built, note)]
    note("a month by linear programming")
    source = read_source(built.source)
    return [*results, *_proof(source, source.periods[-1]), *_optimum(), *_noise()]


def read_counts(source: Source, period: str) -> MonthCounts:
    """What the gate is given of a month."""
    files, tree = source.month_files(period), source.tree
    month = read_month(files["cards"], files["swipes"], tree)
    flows = read_flows(files["flows"], tree, [])
    blocks = month.upper_cards, month.community_cards
    cards = [tuple(b[n] for b in blocks) for n in ("cards_count", "silent_cards_count")]
    return MonthCounts(month.upper, month.community, *cards, flows.fields)


def _suppression(built: Built) -> list[Result]:
    command = [sys.executable, "-c", CODE, str(built.source)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    peak = PeakMemory(process.pid)
    peak.start()
    output = process.communicate()[0]
    peak.join()
    seconds, (cells, small, hidden, volume, volume_small, volume_hidden) = json.loads(output)
    few = f"{small / cells:.1%} rest on few cards"
    return [
        Result("suppression of a release of 36 months, two processes", seconds, "s", 120),
        Result("the same, memory of all its processes, reading included", peak.gib, "GB", 6),
        Result("cells of somebody that are hidden", 100 * hidden / cells, "%", note=few),
        Result(
            "their swipes, of all of all levels and margins",
            100 * volume_hidden / volume,
            "%",
            note=f"{volume_small / volume:.2%} rest on few cards",
        ),
    ]


def _audit(built: Built, note: Callable[[str], None]) -> list[Result]:
    from geodata.release import audit_release, open_release

    note("audit of 36 months")
    begin = time.perf_counter()
    found = audit_release(*open_release(built.releases))
    seconds = time.perf_counter() - begin
    hidden = sum(month.hidden for month in found)
    return [
        Result("audit of a release of 36 months, bounds over all sums", seconds, "s"),
        Result("hidden counts found out", sum(m.found_out for m in found), "", 0, f"of {hidden:,}"),
    ]


def _proof(source: Source, period: str) -> list[Result]:
    """A month with everything hidden in it proved, one process."""
    counts, seconds, cells, flows = read_counts(source, period), [], [], []
    for proof in (BOUNDS, LINEAR):
        gate = MonthGate(source.tree, replace(source.disclosure_rule, proof=proof))
        begin = time.perf_counter()
        hidden = gate.find_hidden(counts)
        seconds.append(time.perf_counter() - begin)
        blocks = *hidden.swipes, *hidden.issued, *hidden.silent
        cells.append(sum(int(mask.sum()) for mask in blocks))
        flows.append(int(hidden.flows.stack().sum()))
    return [
        Result("a month by bounds, one process", seconds[0], "s"),
        Result('the same with proof = "linear", every count and amount proved', seconds[1], "s"),
        Result("cells hidden for the proof", 100 * (cells[1] / cells[0] - 1), "%"),
        Result("flows hidden for the proof", 100 * (flows[1] / flows[0] - 1), "%"),
    ]


def _optimum() -> list[Result]:
    ours, least = np.zeros(2), np.zeros(2)
    for seed in range(100, 130):
        table = SmallTable(np.random.default_rng(seed), 5, 4)
        if not table.primary.any():
            continue
        best = hide_optimally(
            table.values, table.sums, table.primary, table.values.astype(float), RULE.width
        )
        for found, mask in ((ours, table.hide()), (least, best)):
            found += mask.sum(), table.values[mask].sum()
    return [
        Result("cells hidden, over the optimum's, 30 small tables", ours[0] / least[0], "times"),
        Result("cards in them, over the optimum's", ours[1] / least[1], "times"),
    ]


def _noise() -> list[Result]:
    noise, rng = CellKeyNoise(), np.random.default_rng(0)
    results = []
    for count in (5, 20, 100, 1000):
        counts = np.full(200_000, count)
        added = noise.perturb(counts, rng.random(len(counts))) - count
        share = 100 * np.abs(added).mean() / count
        results.append(Result(f"cell-key noise: mean error of a count of {count:,}", share, "%"))
    return results


def main(arguments: list[str]) -> int:
    """Months one after the other, each a table as soon as it is proved."""
    if len(arguments) < 2:
        print("usage: python -m tests.benchmarks.measure_disclosure SOURCE MONTH ...")
        return 2
    source = read_source(arguments[0])
    for period in arguments[1:]:
        results = [replace(r, what=f"{period}: {r.what}") for r in _proof(source, period)]
        print(markdown_table(results), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
