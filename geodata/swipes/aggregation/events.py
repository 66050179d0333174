"""What a record means: versions, rides, refunds; its fate and what it counts.

The rules, in this order:

1. Of the records of a month with one record_id the one received last stands (then the greater
   file, then the later row); the others are *duplicate*.
2. Void records, bookings (credits, the roll-over of 1 February, adjustments) and cards of people
   under 60 are left out.
3. Taps of one card with one pairing id make rides: the n-th boarding goes with the n-th alighting.
   A tap without its other half is a ride too, an incomplete one. Taps more than a day after the
   one before are another ride: terminals use their numbers again.
4. A refund or reversal undoes the last sale before it with its card and pairing id, in the same
   month or at most `RETURN_MONTHS` earlier: a reversal wholly, refunds up to what was paid from
   each purse. A sale of which nothing is left was not a use. Returns without a sale, or of more
   than was paid, are *unmatched_return*.
5. A use belongs to the month of its boarding or sale.

What happens to a record thus depends on records at most `RETURN_MONTHS` months away, and only on
those with its record id or its card and pairing id: that is why a new file changes few months.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table, Value

from geodata.swipes.aggregation.columns import RETURN_MONTHS, ROW, VERDICT
from geodata.swipes.raw.contract import ALIGHT, BOARD, BOOKINGS, RETURNS, REVERSAL, TAPS
from geodata.swipes.raw.records import AGE, CHECKED, FATE, KIND, RESOLVED

DAY_US = 86_400_000_000
_BOOKING_FATE = dict(zip(BOOKINGS, ("credit", "rollover", "adjustment"), strict=True))
_NONE = -1
_IN_TIME = ["txn_us", "record_id"]  # no two records of an event share both
_NEEDED = (
    *ROW,
    "month",
    "record_id",
    "record_key",
    "event_id",
    "card_token",
    "kind",
    "void",
    "age",
    "txn_us",
    "received_us",
    "gross",
    "own_subsidy",
)


def resolve_records(records: Table) -> Table:
    """Fate, uses, amount and subsidy of every record, from all records of their events.

    Parameters
    ----------
    records : ibis Table
        Columns `records.CHECKED`; whole events, all versions of each record.

    Returns
    -------
    ibis Table
        The same rows with the columns `records.RESOLVED`. Amounts stand on the one record of a
        use that counts: the first boarding (or lone alighting), or the sale.
    """
    return apply_verdicts(records, find_verdicts(records))


def find_verdicts(records: Table) -> Table:
    """What happens to the few records that are not as `_usual_fate` has it.

    Parameters
    ----------
    records : ibis Table
        As for `resolve_records`.

    Returns
    -------
    ibis Table
        Columns `VERDICT`, a row for each such record.
    """
    rows = records.select(*_NEEDED)
    doubles = _find_doubles(rows)
    rows = rows.anti_join(doubles, list(ROW))
    rows = rows.filter(_fate_alone(rows) == _NONE)
    taps = rows.filter(rows.kind.isin(_numbers(TAPS)))
    money = rows.filter(rows.kind.notin(_numbers(TAPS)))
    judged = [_with_nothing_back(doubles), _pair_taps(_odd_taps(taps)), _net_returns(money)]
    return ibis.union(*(part.select(*VERDICT) for part in judged), distinct=False)


def apply_verdicts(records: Table, verdicts: Table) -> Table:
    """Records with the columns `records.RESOLVED`; verdicts as of `find_verdicts`."""
    given = verdicts.rename({f"given_{name}": name for name in VERDICT})
    rows = records.left_join(given, [(name, f"given_{name}") for name in ROW])
    rows = rows.mutate(fate=ibis.coalesce(rows.given_fate, _usual_fate(rows)).cast("int8"))
    is_use = rows.fate.isin([FATE["use"], FATE["lone_tap"]])
    amount = rows.gross - ibis.coalesce(rows.given_back, 0)
    subsidy = rows.own_subsidy - ibis.coalesce(rows.given_back_subsidy, 0)
    return rows.mutate(
        uses=is_use.cast("int8"),
        amount=ibis.ifelse(is_use, amount, 0).cast("int64"),
        subsidy=ibis.ifelse(is_use, subsidy, 0).cast("int64"),
    ).select(*CHECKED, *RESOLVED)


def _find_doubles(rows: Table) -> Table:
    """Rule 1: the versions that do not stand. Few records have several, so the rest is let be."""
    keys = rows.group_by("month", "record_key").having(_.count() > 1).agg(versions=_.count())
    newest = ibis.window(
        group_by=["month", "record_id"],
        order_by=[ibis.desc("received_us"), ibis.desc("file_key"), ibis.desc("row_no")],
    )
    several = rows.semi_join(keys, ["month", "record_key"])
    several = several.mutate(version=ibis.row_number().over(newest))
    several = several.filter(several.version > 0).drop("version")
    return several.mutate(fate=ibis.literal(FATE["duplicate"], "int8"))


def _fate_alone(rows: Table) -> Value:
    """Rule 2; -1 for what other records decide."""
    cases = [(rows.void, FATE["void"])]
    cases += [(rows.kind == KIND[kind], FATE[fate]) for kind, fate in _BOOKING_FATE.items()]
    cases.append((rows.age == AGE["all"], FATE["under_60"]))
    return ibis.cases(*cases, else_=_NONE).cast("int8")


def _usual_fate(rows: Table) -> Value:
    """Rules 2 to 4 for a record that is no double, of a ride of two taps or a sale kept."""
    alone = _fate_alone(rows)
    paired = rows.kind == KIND[ALIGHT]
    return ibis.cases(
        (alone != _NONE, alone), (paired, FATE["paired_tap"]), else_=FATE["use"]
    ).cast("int8")


def _with_nothing_back(rows: Table) -> Table:
    return rows.mutate(back=ibis.literal(0, "int64"), back_subsidy=ibis.literal(0, "int64"))


def _odd_taps(taps: Table) -> Table:
    """Taps of events that are more or less than one boarding and one alighting in a day.

    Sorting all taps by event took a third of the time of a load; counting them is ten times as
    fast.
    """
    event = ["event_id", "card_token"]
    events = taps.group_by(event).agg(
        taps=_.count(),
        boards=(_.kind == KIND[BOARD]).cast("int64").sum(),
        took=_.txn_us.max() - _.txn_us.min(),
    )
    is_ride = (events.taps == 2) & (events.boards == 1) & (events.took <= DAY_US)
    return taps.semi_join(events.filter(~is_ride), event)


def _pair_taps(taps: Table) -> Table:
    """Rule 3, by the order of all taps of an event."""
    event = ["event_id", "card_token"]
    gap = taps.txn_us - taps.txn_us.lag().over(ibis.window(group_by=event, order_by=_IN_TIME))
    taps = taps.mutate(starts=(gap > DAY_US).fill_null(False).cast("int64"))
    so_far = ibis.cumulative_window(group_by=event, order_by=_IN_TIME)
    taps = taps.mutate(ride=taps.starts.sum().over(so_far))
    is_board = taps.kind == KIND[BOARD]
    whole = ibis.window(group_by=[*event, "ride"])
    taps = taps.mutate(
        place=ibis.row_number().over(
            ibis.window(group_by=[*event, "ride", "kind"], order_by=_IN_TIME)
        ),
        boards=is_board.cast("int64").sum().over(whole),
        alights=(~is_board).cast("int64").sum().over(whole),
    )
    is_board = taps.kind == KIND[BOARD]
    fate = ibis.cases(
        (is_board & (taps.place < taps.alights), FATE["use"]),
        (~is_board & (taps.place < taps.boards), FATE["paired_tap"]),
        else_=FATE["lone_tap"],
    )
    return _with_nothing_back(taps.mutate(fate=fate.cast("int8")))


def _net_returns(money: Table) -> Table:
    """Rule 4: fates of sales with returns and of returns, and what was given back of a sale."""
    event = ["event_id", "card_token"]
    returns = money.filter(money.kind.isin(_numbers(RETURNS))).select(*event).distinct()
    rows = _tie_to_sales(money.semi_join(returns, event))
    whole = ibis.window(group_by=[*event, "sale"])
    rows = rows.mutate(
        returned=ibis.ifelse(rows.fits, rows.gross, 0).sum().over(whole),
        returned_subsidy=ibis.ifelse(rows.fits, rows.own_subsidy, 0).sum().over(whole),
        reversed=(rows.fits & (rows.kind == KIND[REVERSAL])).cast("int64").max().over(whole) == 1,
    )
    own, own_back = _.main_gross - _.main_subsidy, _.returned - _.returned_subsidy
    rows = rows.mutate(
        within=((_.returned_subsidy <= _.main_subsidy) & (own_back <= own)).fill_null(False),
        emptied=((_.returned > 0) & (_.returned == _.main_gross)).fill_null(False),
    )
    rows = rows.mutate(undone=_.reversed | (_.within & _.emptied))
    netted = rows.is_main & rows.within & ~rows.undone
    fate = ibis.cases(
        ((rows.is_main | rows.fits) & rows.undone, FATE["undone"]),
        (rows.is_main, FATE["use"]),
        (rows.fits & rows.within, FATE["netted"]),
        else_=FATE["unmatched_return"],
    )
    return rows.mutate(
        fate=fate.cast("int8"),
        back=ibis.ifelse(netted, rows.returned, 0).cast("int64"),
        back_subsidy=ibis.ifelse(netted, rows.returned_subsidy, 0).cast("int64"),
    )


def _tie_to_sales(rows: Table) -> Table:
    """Number of the last sale before each return, its month and amounts; whether it fits."""
    event = ["event_id", "card_token"]
    rows = rows.mutate(is_return=rows.kind.isin(_numbers(RETURNS)))
    rows = rows.mutate(is_main=~rows.is_return)
    order = ["txn_us", "is_return", "record_id"]
    so_far = ibis.cumulative_window(group_by=event, order_by=order)
    rows = rows.mutate(sale=rows.is_main.cast("int64").sum().over(so_far))
    whole = ibis.window(group_by=[*event, "sale"])

    def of_main(column):
        return ibis.ifelse(rows.is_main, column, ibis.null("int64")).max().over(whole)

    rows = rows.mutate(
        main_month=of_main(rows.month.cast("int64")),
        main_gross=of_main(rows.gross),
        main_subsidy=of_main(rows.own_subsidy),
    )
    late = (rows.month - rows.main_month).between(0, RETURN_MONTHS).fill_null(False)
    return rows.mutate(fits=rows.is_return & late)


def _numbers(kinds: tuple[str, ...]) -> list[int]:
    return [KIND[kind] for kind in kinds]
