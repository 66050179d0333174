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
from ibis.expr.types import Table

from geodata.swipes.raw.contract import ALIGHT, BOARD, BOOKINGS, RETURNS, REVERSAL, SALES
from geodata.swipes.raw.records import AGE, CHECKED, FATE, KIND

RETURN_MONTHS = 2
DAY_US = 86_400_000_000
_BOOKING_FATE = dict(zip(BOOKINGS, ("credit", "rollover", "adjustment"), strict=True))
_NONE = -1
_IN_TIME = ["txn_us", "record_id"]  # no two records of an event share both


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
    rows = _judge_alone(records)
    rows = _pair_taps(rows)
    rows = _net_returns(rows)
    is_use = rows.fate.isin([FATE["use"], FATE["lone_tap"]])
    return rows.mutate(
        fate=rows.fate.cast("int8"),
        uses=is_use.cast("int8"),
        amount=ibis.ifelse(is_use, rows.gross - rows.back, 0).cast("int64"),
        subsidy=ibis.ifelse(is_use, rows.own_subsidy - rows.back_subsidy, 0).cast("int64"),
    ).select(*CHECKED, "fate", "uses", "amount", "subsidy")


def _judge_alone(records: Table) -> Table:
    """Rules 1 and 2: `fate` of what needs no other record, -1 for the rest."""
    newest = ibis.window(
        group_by=["month", "record_id"],
        order_by=[ibis.desc("received_us"), ibis.desc("file_key"), ibis.desc("row_no")],
    )
    rows = records.mutate(version=ibis.row_number().over(newest))
    cases = [(rows.version > 0, FATE["duplicate"]), (rows.void, FATE["void"])]
    cases += [(rows.kind == KIND[kind], FATE[fate]) for kind, fate in _BOOKING_FATE.items()]
    cases.append((rows.age == AGE["all"], FATE["under_60"]))
    return rows.mutate(fate=ibis.cases(*cases, else_=_NONE))


def _pair_taps(rows: Table) -> Table:
    """Rule 3."""
    is_board, is_alight = rows.kind == KIND[BOARD], rows.kind == KIND[ALIGHT]
    rows = rows.mutate(is_tap=(rows.fate == _NONE) & (is_board | is_alight))
    event = ["event_id", "card_token", "is_tap"]
    in_time = ibis.window(group_by=event, order_by=_IN_TIME)
    gap = rows.txn_us - rows.txn_us.lag().over(in_time)
    rows = rows.mutate(starts=(gap > DAY_US).fill_null(False).cast("int64"))
    rows = rows.mutate(
        ride=rows.starts.sum().over(ibis.cumulative_window(group_by=event, order_by=_IN_TIME))
    )
    ranked = ibis.window(group_by=[*event, "ride", "kind"], order_by=_IN_TIME)
    whole = ibis.window(group_by=[*event, "ride"])
    rows = rows.mutate(
        rank=ibis.row_number().over(ranked),
        boards=(rows.kind == KIND[BOARD]).cast("int64").sum().over(whole),
        alights=(rows.kind == KIND[ALIGHT]).cast("int64").sum().over(whole),
    )
    is_board = rows.is_tap & (rows.kind == KIND[BOARD])
    is_alight = rows.is_tap & (rows.kind == KIND[ALIGHT])
    return rows.mutate(
        fate=ibis.cases(
            (is_alight & (rows["rank"] < rows.boards), FATE["paired_tap"]),
            (is_board & (rows["rank"] < rows.alights), FATE["use"]),
            (rows.is_tap, FATE["lone_tap"]),
            else_=rows.fate,
        )
    )


def _net_returns(rows: Table) -> Table:
    """Rule 4: adds `back` and `back_subsidy`, what was given back of a sale."""
    sales, returns = [KIND[k] for k in SALES], [KIND[k] for k in RETURNS]
    rows = rows.mutate(
        is_main=(rows.fate == _NONE) & rows.kind.isin(sales),
        is_return=(rows.fate == _NONE) & rows.kind.isin(returns),
    )
    rows = rows.mutate(open=rows.is_main | rows.is_return)
    event = ["event_id", "card_token", "open"]
    order = ["txn_us", "is_return", "record_id"]
    upto = ibis.cumulative_window(group_by=event, order_by=order)
    rows = rows.mutate(sale=rows.is_main.cast("int64").sum().over(upto))
    whole = ibis.window(group_by=[*event, "sale"])

    def of_main(column):
        return ibis.ifelse(rows.is_main, column, ibis.null("int64")).max().over(whole)

    rows = rows.mutate(
        main_month=of_main(rows.month.cast("int64")),
        main_gross=of_main(rows.gross),
        main_subsidy=of_main(rows.own_subsidy),
    )
    late = rows.month - rows.main_month
    rows = rows.mutate(fits=rows.is_return & late.between(0, RETURN_MONTHS).fill_null(False))
    rows = rows.mutate(
        returned=ibis.ifelse(rows.fits, rows.gross, 0).sum().over(whole).cast("int64"),
        returned_subsidy=ibis.ifelse(rows.fits, rows.own_subsidy, 0).sum().over(whole),
        reversed=(rows.fits & (rows.kind == KIND[REVERSAL])).cast("int64").max().over(whole) == 1,
    )
    own, own_back = _.main_gross - _.main_subsidy, _.returned - _.returned_subsidy
    rows = rows.mutate(
        within=((_.returned_subsidy <= _.main_subsidy) & (own_back <= own)).fill_null(False),
        emptied=((_.returned > 0) & (_.returned == _.main_gross)).fill_null(False),
    )
    rows = rows.mutate(undone=_.reversed | (_.within & _.emptied))
    netted = _.within & ~_.undone
    rows = rows.mutate(
        back=ibis.ifelse(_.is_main & netted, _.returned, 0).cast("int64"),
        back_subsidy=ibis.ifelse(_.is_main & netted, _.returned_subsidy, 0).cast("int64"),
    )
    touched = rows.is_main | rows.fits
    return rows.mutate(
        fate=ibis.cases(
            (touched & rows.undone, FATE["undone"]),
            (rows.is_main, FATE["use"]),
            (rows.fits & rows.within, FATE["netted"]),
            (rows.is_return, FATE["unmatched_return"]),
            else_=rows.fate,
        )
    )
