"""Files added to a month that was worked out before: only what they change is worked out.

Cards are of three kinds. Nothing has happened to most. Some have *fresh* uses and are otherwise as
they were: their sums are added, and they are counted where their bits say that they are new. The
others are done *again* from their records, once as they were and once as they are: those whose
events other files now judge otherwise, and those whose home or age has changed. What they came to
before is taken off, what they come to now is added. The result is that of the whole computation.
"""

from __future__ import annotations

import pyarrow.parquet as pq

from geodata.swipes.aggregation.columns import TABLE_COLUMNS, TABLE_SUMS, USES
from geodata.swipes.aggregation.duckdb_session import Session, quoted
from geodata.swipes.aggregation.engine import MonthInput, MonthTables
from geodata.swipes.aggregation.fresh import MARGINS, SPENT, clean_cards_sql
from geodata.swipes.aggregation.state import (
    CARDS,
    CARDS_AGAIN,
    CARDS_FILE,
    FATES_FILE,
    PLACES,
    PLACES_AGAIN,
    PLACES_FILE,
    disputed_files,
    table_file,
    write_disputed,
    write_state,
)
from geodata.swipes.aggregation.statements import Statements
from geodata.swipes.raw.records import AGE_BITS, CHECKED, COLUMNS, DUCKDB_TYPES, HOME_BITS

MOST_ROWS = 8_000_000  # added; their uses by card are held in memory
FEW_CARDS = 20_000  # as many are done again whatever their share
MOST_AGAIN = 0.2  # of the cards; with more the whole computation is faster
_WHO = (1 << HOME_BITS + AGE_BITS) - 1  # bits of a card's home and age in `last`


# What uses and fates are made of; the rest of a settled record is wide and not read.
_SETTLED = {*USES, "event_key", "fate", "kind", "gross"}


def added_files(month: MonthInput) -> tuple:
    """Files of the month's records that are new since it was worked out before."""
    assert month.before is not None
    before = set(month.before.own)
    return tuple(path for path in month.own if path not in before)


def few_enough(month: MonthInput) -> bool:
    """Whether it pays to add the new files to the month as it was before."""
    assert month.before is not None
    rows, before = (
        sum(pq.read_metadata(path).num_rows for path in paths)
        for paths in (added_files(month), month.before.own)
    )
    return rows <= min(before, MOST_ROWS)


class Increment:
    """One month from what it was and the files that have come since.

    Parameters
    ----------
    session : Session
        A fresh one.
    month : MonthInput
        With `before` and `keep`.
    statements : Statements
    """

    def __init__(self, session: Session, month: MonthInput, statements: Statements) -> None:
        self.session, self.month, self.statements = session, month, statements

    def run(self) -> MonthTables | None:
        """The month's tables; None when so much has changed that all of it is to be done."""
        self._name_inputs()
        self._find_touched()
        self._take_fresh()
        self._find_movers()
        if self._too_many():
            return None
        self._add_fresh()
        self._gather()
        self._do_again("then")
        self._do_again("now")
        return self._result()

    def _name_inputs(self) -> None:
        session, month, before = self.session, self.month, self.month.before
        around_new = tuple(sorted(set(month.around) - set(before.around)))
        session.view("own_then", before.own, COLUMNS)
        session.view("own_new", added_files(month), COLUMNS)
        session.view("around_new", around_new, COLUMNS)
        session.view("old_disputed", disputed_files(before.state), CHECKED)
        session.contested("contested_then", before.contested)
        session.contested("contested_now", month.contested)
        contested_new = tuple(sorted(set(month.contested) - set(before.contested)))
        session.contested("contested_new", contested_new)
        session.connection.register("areas_given", month.areas)
        session.make("areas", "FROM areas_given")
        files = {"state_cards": CARDS_FILE, "state_places": PLACES_FILE, "then_fates": FATES_FILE}
        files |= {f"then_{name}": table_file(name) for name in TABLE_COLUMNS}
        for name, file in files.items():
            path = quoted(before.state / file)
            session.connection.execute(f"CREATE VIEW old_{name} AS FROM read_parquet('{path}')")

    def _find_touched(self) -> None:
        """Cards of events that new files contest, or of which they know more."""
        self.session.make(
            "touched",
            "FROM contested_new UNION "
            "SELECT event_key FROM contested_now SEMI JOIN around_new USING (event_key)",
        )
        cards = "SELECT card_token FROM {} SEMI JOIN touched USING (event_key)"
        both = " UNION ".join(cards.format(name) for name in ("own_then", "own_new"))
        self.session.make("redo", both)

    def _take_fresh(self) -> None:
        """Uses of the other cards in new files."""
        self._settle("FROM own_new ANTI JOIN redo USING (card_token)", "contested_now")
        self.session.make("again", f"SELECT {', '.join(COLUMNS)} FROM own_new WHERE false")
        self.session.make("uses", self.statements.uses)
        self.session.make("fresh_cards", CARDS)
        self.session.make("fresh_places", PLACES)
        for name in ("cards", "places"):
            rows = f"FROM old_state_{name} SEMI JOIN fresh_cards USING (card_token)"
            self.session.make(f"known_{name}", rows)

    def _find_movers(self) -> None:
        """Cards of which the latest use is a fresh one, with another home or age."""
        self.session.connection.execute(
            "INSERT INTO redo SELECT card_token FROM fresh_cards f JOIN known_cards k "
            f"USING (card_token) WHERE f.last > k.last AND f.last & {_WHO} <> k.last & {_WHO}"
        )
        for name in ("own", "uses", "fresh_cards", "fresh_places"):
            self.session.make(name, f"FROM {name} ANTI JOIN redo USING (card_token)")

    def _too_many(self) -> bool:
        again, cards = (
            self.session.value(f"SELECT count(*) FROM {name}")
            for name in ("redo", "old_state_cards")
        )
        return again > max(FEW_CARDS, MOST_AGAIN * cards)

    def _add_fresh(self) -> None:
        self.session.make("fresh_fates", self.statements.fates)
        self.session.make("spent", SPENT)
        self.session.make("clean_cards", clean_cards_sql())
        for name, sql in MARGINS.items():
            self.session.make(f"fresh_{name}", sql)

    def _settle(self, own: str, contested: str) -> None:
        self.session.make("own", own)
        self.session.make("contested", f"FROM {contested}")

    def _gather(self) -> None:
        """Records of the cards to be done again, and all of those events of theirs are contested.

        `before` says whether a record was there when the month was worked out before.
        """
        make, session = self.session.make, self.session
        wanted = ", ".join(
            name if name in _SETTLED else f"NULL::{DUCKDB_TYPES[kind]} AS {name}"
            for name, kind in COLUMNS.items()
        )
        rows = f"SELECT {wanted}, {{}} AS before FROM {{}} SEMI JOIN redo USING (card_token)"
        make("redo_rows", _both(rows, "own_then", "own_new"))
        make("keys", "SELECT event_key FROM redo_rows SEMI JOIN contested_now USING (event_key)")
        session.close_keys("keys", "contested_now_links")
        make("new_keys", "FROM keys ANTI JOIN old_disputed USING (event_key)")
        then = session.files_with(self.month.before.around, "new_keys")
        session.view("linked_then", then, COLUMNS)
        # Of events that the state knows it must go on to know all, whether needed now or not.
        make("all_keys", "FROM keys UNION SELECT event_key FROM old_disputed")
        rows = f"SELECT {', '.join(CHECKED)}, {{}} AS before FROM {{}} SEMI JOIN {{}} "
        rows += "USING (event_key)"
        of_then = rows.format("true", "linked_then", "new_keys")
        of_new = rows.format("false", "around_new", "all_keys")
        make("disputed_new", f"{of_then} UNION ALL {of_new}")
        known = rows.format("true", "old_disputed", "keys")
        make("linked", f"{known} UNION ALL FROM disputed_new SEMI JOIN keys USING (event_key)")

    def _do_again(self, name: str) -> None:
        """Tables of the cards to be done again, as they were "then" or as they are "now"."""
        make = self.session.make
        there = "WHERE before" if name == "then" else ""
        self._settle(f"SELECT {', '.join(COLUMNS)} FROM redo_rows {there}", f"contested_{name}")
        linked = f"SELECT {', '.join(CHECKED)} FROM linked SEMI JOIN contested USING (event_key)"
        make("disputed", f"{linked} {there}")
        of_month = f"SELECT * FROM ({self.statements.again}) WHERE month = {self.month.month}"
        make("again", f"FROM ({of_month}) SEMI JOIN redo USING (card_token)")
        make(f"{name}_fates", self.statements.fates)
        make("uses", self.statements.uses)
        for kept, sql in self.statements.kept.items():
            make(kept, sql)
        for table, sql in self.statements.tables.items():
            make(f"{name}_{table}", sql)
        make("redo_cards", CARDS)  # of the last call: as they are now
        make("redo_places", PLACES)

    def _result(self) -> MonthTables:
        fates = self._put_together("fates", ("fate", "kind"), ("rows", "gross"), "rows")
        result = MonthTables(fates=fates)
        for name, columns in TABLE_COLUMNS.items():
            result.tables[name] = self._put_together(name, columns, TABLE_SUMS[name], "uses")
        for name, again in (("cards", CARDS_AGAIN), ("places", PLACES_AGAIN)):
            by = "card_token" if name == "cards" else "card_token, district"
            self.session.connection.execute(
                f"CREATE VIEW state_{name} AS "
                f"FROM old_state_{name} ANTI JOIN (SELECT card_token FROM fresh_cards UNION ALL "
                f"FROM redo) USING (card_token) UNION ALL FROM redo_{name} UNION ALL "
                f"{again} FROM (FROM fresh_{name} UNION ALL "
                f"FROM known_{name} SEMI JOIN fresh_cards USING (card_token)) GROUP BY {by}"
            )
        keep = self.month.keep
        write_state(self.session, "state_cards", "state_places", result, keep)
        more = f"SELECT {', '.join(CHECKED)} FROM disputed_new"
        write_disputed(self.session, more, self.month.before.state, keep)
        cards = quoted(self.month.keep / CARDS_FILE)
        result.tables["cards"] = self.session.fetch(f"SELECT card_token FROM '{cards}'")
        return result

    def _put_together(self, name: str, keys, sums, counted: str):
        """The table as it was, and what is taken off and added."""
        columns = ", ".join(f'"{key}"' for key in (*keys, *sums))
        off = ", ".join([*(f'"{key}"' for key in keys), *(f'-"{one}" AS "{one}"' for one in sums)])
        added = ", ".join(f'sum("{one}")::BIGINT AS "{one}"' for one in sums)
        by = ", ".join(f'"{key}"' for key in keys)
        return self.session.fetch(
            f"SELECT {by}, {added} FROM (SELECT {columns} FROM old_then_{name} UNION ALL "
            f"SELECT {off} FROM then_{name} UNION ALL SELECT {columns} FROM now_{name} UNION ALL "
            f'SELECT {columns} FROM fresh_{name}) GROUP BY {by} HAVING sum("{counted}") <> 0'
        )


def _both(rows: str, then: str, new: str) -> str:
    """The rows that were there before and those of new files."""
    return f"{rows.format('true', then)} UNION ALL {rows.format('false', new)}"
