"""DuckDB, embedded: a month in parts of its cards, one after the other, spilling to disk."""

from __future__ import annotations

from pathlib import Path

from geodata.periods import month_period
from geodata.progress import ProgressCallback, no_progress
from geodata.swipes.aggregation.duckdb_session import MEMORY, Session, open_duckdb
from geodata.swipes.aggregation.engine import MonthInput, MonthTables
from geodata.swipes.aggregation.increment import Increment, few_enough
from geodata.swipes.aggregation.state import CARDS, PLACES, write_disputed, write_state
from geodata.swipes.aggregation.statements import Statements, duckdb_statements
from geodata.swipes.raw.records import BUCKETS, COLUMNS

ROWS_PER_PASS = 8_000_000  # of a month; what is summed by card in one pass fits into memory


class DuckdbEngine:
    """Runs the definitions in this process.

    Parameters
    ----------
    scratch : Path
        Folder for what does not fit into memory; removed by DuckDB when it closes.
    memory : str
        What DuckDB may hold, as "3GB".
    threads : int, optional
        Default: the processor's.
    """

    def __init__(self, scratch: Path, memory: str = MEMORY, threads: int | None = None) -> None:
        self.scratch, self.memory, self.threads = scratch, memory, threads

    def month_tables(
        self, month: MonthInput, progress: ProgressCallback = no_progress
    ) -> MonthTables:
        """All tables of one month; parameters and result as in `engine.Engine`.

        Where only files have come since the month was worked out last, they are added to it.
        """
        with open_duckdb(self.scratch, self.memory, self.threads) as connection:
            session, made = Session(connection), duckdb_statements()
            if month.before is not None and few_enough(month):
                added = Increment(session, month, made).run()
                if added is not None:
                    progress(_stage(month), 1, 1)
                    return added
        with open_duckdb(self.scratch, self.memory, self.threads) as connection:
            return _Whole(Session(connection), month, made, progress).run()


class _Whole:
    """One month from all its records."""

    def __init__(
        self, session: Session, month: MonthInput, made: Statements, progress: ProgressCallback
    ) -> None:
        self.session, self.month, self.progress = session, month, progress
        self.stage = _stage(month)
        self.statements = made

    def run(self) -> MonthTables:
        session = self.session
        self._name_inputs()
        rows = session.value("SELECT count(*) FROM own")
        passes = min(BUCKETS, rows // ROWS_PER_PASS + 1)
        self.progress(self.stage, 0, passes)
        result = MonthTables(fates=session.fetch(self.statements.fates))
        for number in range(passes):
            first, last = (BUCKETS * i // passes for i in (number, number + 1))
            self._add_buckets(first, last)
            self.progress(self.stage, number + 1, passes)
        for name, sql in self.statements.added.items():
            result.tables[name] = session.fetch(sql)
        result.tables["cards"] = session.fetch("FROM all_cards")
        if self.month.keep:
            write_state(session, "all_state_cards", "all_state_places", result, self.month.keep)
            write_disputed(session, "FROM disputed", None, self.month.keep)
        return result

    def _name_inputs(self) -> None:
        self.session.view("own", self.month.own, COLUMNS)
        self.session.contested("everywhere", self.month.contested)
        # Most are of events of the months around alone.
        own = "SELECT DISTINCT event_key FROM own SEMI JOIN everywhere USING (event_key)"
        self.session.make("contested", own)
        self.session.close_keys("contested", "everywhere_links")
        around = self.session.files_with(self.month.around, "contested")
        self.session.view("around", around, COLUMNS)
        self.session.connection.register("areas_given", self.month.areas)
        self.session.make("areas", "FROM areas_given")
        self.session.make("disputed", self.statements.disputed)
        again = f"FROM ({self.statements.again}) WHERE month = {self.month.month}"
        self.session.make("again", again)

    def _add_buckets(self, first: int, last: int) -> None:
        """The tables of the cards of some buckets, appended to those of the buckets before."""
        part = f"WHERE bucket >= {first} AND bucket < {last}"
        # Read twice: a tenth faster.
        self.session.make("uses", f"FROM ({self.statements.uses}) {part}")
        for name, sql in self.statements.kept.items():
            self.session.make(name, sql)
        tables = dict(self.statements.tables)
        if self.month.keep:
            tables |= {"state_cards": CARDS, "state_places": PLACES}
        for name, sql in tables.items():
            if first:
                self.session.connection.execute(f"INSERT INTO all_{name} {sql}")
            else:
                self.session.make(f"all_{name}", sql)


def _stage(month: MonthInput) -> str:
    return f"aggregate {month_period(month.month)}"
