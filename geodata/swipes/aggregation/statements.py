"""What engines run, as SQL; that of DuckDB is kept until the definitions change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from geodata import schema, slots
from geodata.durable import write_durably
from geodata.swipes import raw

WRITERS = ("duckdb", "ibis-framework", "sqlglot")  # their versions write other SQL
KEPT = "statements-{}.json"


@dataclass(frozen=True)
class Statements:
    """Everything an engine runs for a file and a month, as SQL of its dialect.

    Attributes
    ----------
    verdicts, judged : str
        Of `find_verdicts` on table `checked`, and `apply_verdicts` of table `verdicts` to it.
    disputed, again, uses, fates : str
        Of `contested_records`, `records_again`, `month_uses` and `month_fates`.
    kept : dict of str to str
        Tables that others read, in their order: to be worked out under their names first.
    tables : dict of str to str
        The tables of a month; they read `uses`, `areas` and those of `kept`.
    added : dict of str to str
        Sums over `all_<name>`, tables of parts of the cards put together.
    """

    verdicts: str
    judged: str
    disputed: str
    again: str
    uses: str
    fates: str
    kept: dict[str, str]
    tables: dict[str, str]
    added: dict[str, str]


@cache
def duckdb_statements() -> Statements:
    """What DuckDB runs; kept beside the compiled Python."""
    return read_or_make(Path(__file__).parent / "__pycache__")


def read_or_make(folder: Path) -> Statements:
    """The statements that a folder keeps, if definitions and libraries are the same; else new ones.

    Ibis takes a second to load and to write them, and a new day has twenty for all.
    """
    path = folder / KEPT.format(_digest())
    try:
        return Statements(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        made = _make()
    try:
        folder.mkdir(exist_ok=True)
        write_durably(path, json.dumps(asdict(made)).encode())
        for old in set(folder.glob(KEPT.format("*"))) - {path}:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # an installation that cannot be written to: they are made anew every time
    return made


def _make() -> Statements:
    from geodata.swipes.aggregation.definitions import duckdb_sql, make_statements

    return make_statements(duckdb_sql)


def _digest() -> str:
    """Of all that the SQL is made from."""
    digest = hashlib.sha256(" ".join(map(version, WRITERS)).encode())
    here, beside = Path(__file__).parent, Path(raw.__file__).parent
    modules = [
        *here.glob("*.py"),
        *beside.glob("*.py"),
        *(Path(m.__file__) for m in (schema, slots)),
    ]
    for path in sorted(modules):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
