"""`python -m tests.benchmarks [--readme] [name ...]`: measure and print a Markdown table.

Names are those of the modules, without `measure_`; without names all are run. With --readme the
table is also written into README.md; with names only their rows are. The exit code is 1 when a
figure is not reached.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.result import Result, markdown_table
from tests.building import ROOT, whole_demonstration

HERE = Path(__file__).parent


def note(text: str) -> None:
    """Say on stderr what is going on, so that stdout holds the table alone."""
    print(f"… {text}", file=sys.stderr, flush=True)


def main(names: list[str]) -> int:
    """Run the named measurements, or all, and print the table."""
    names, into_readme = [n for n in names if n != "--readme"], "--readme" in names
    known = sorted(path.stem.removeprefix("measure_") for path in HERE.glob("measure_*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        note(f"unknown: {', '.join(unknown)}; there are: {', '.join(known)}")
        return 2
    note("whole demonstration (built once, kept under var/)")
    built = whole_demonstration()
    results: list[Result] = []
    for name in names or known:
        module = importlib.import_module(f"tests.benchmarks.measure_{name}")
        results += module.measure(built, note)
    table = markdown_table(results)
    print(table)
    if into_readme:
        write_into_readme(table, keep_others=bool(names))
    return 0 if all(result.holds for result in results) else 1


def write_into_readme(table: str, *, keep_others: bool) -> None:
    """Put the table between its marks in README.md, or only its rows into the table there."""
    readme = ROOT / "README.md"
    before, rest = readme.read_text("utf-8").split("<!-- bench -->\n", 1)
    old, after = rest.split("\n<!-- end bench -->", 1)
    if keep_others:
        table = merge_rows(old, table)
    text = f"{before}<!-- bench -->\n{table}\n<!-- end bench -->{after}"
    readme.write_text(text, "utf-8")


def merge_rows(old: str, new: str) -> str:
    """The old table with the new one's rows in place of those about the same, else at the end."""
    rows = {key: line for key, line in _keyed(new) if key}
    return "\n".join([*(rows.pop(key, line) for key, line in _keyed(old)), *rows.values()])


def _keyed(table: str) -> Iterator[tuple[tuple[str, str] | None, str]]:
    """Lines, and what each row is about: "the same …" is about the row it comes after."""
    about = ""
    for line in table.splitlines():
        if not line.startswith("| "):
            yield None, line
            continue
        label = line.split("|")[1].strip()
        if not re.match(r"(\w+: )?the same\b", label):
            about = label
        yield (about, label), line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
