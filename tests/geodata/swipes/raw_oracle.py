"""Raw files to aggregates once more, slowly and in another way: pandas over all rows at once.

It shares no code with `geodata.swipes` but the category and age words.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

SALES = ["park_entry", "purchase", "meal_deduction"]
RETURNS = ["refund", "reversal"]
BOOKINGS = {"subsidy_credit": "credit", "rollover": "rollover", "adjustment": "adjustment"}
MCC = {
    **dict.fromkeys(["5411", "5331", "5399"], "supermarket"),
    **dict.fromkeys(["5422", "5451", "5462", "5499"], "food"),
    **dict.fromkeys(["5811", "5812", "5814"], "meals"),
    "5912": "pharmacy",
    "5047": "aids",
    "7230": "personal_care",
}
AMOUNTS = [f"amount_{name}_fen" for name in ("gross", "discount", "subsidy", "own")]
TYPES = ["board", "alight", *SALES, *RETURNS, *BOOKINGS]


@dataclass
class Expected:
    """All rows with `reason` (quarantine) or `fate`, and the uses among them."""

    rows: pd.DataFrame
    uses: pd.DataFrame


def expect(raw: Path, areas: pd.DataFrame, layer: gpd.GeoDataFrame) -> Expected:
    """What a raw folder of Parquet files must come to."""
    frames = []
    for path in sorted((raw / "swipes").glob("*.parquet")):
        frame = pd.read_parquet(path)
        frames.append(frame.assign(file=path.name, row=range(1, len(frame) + 1)))
    return expect_rows(
        pd.concat(frames, ignore_index=True),
        pd.read_csv(raw / "merchants.csv", dtype=str, keep_default_na=False),
        areas,
        layer,
    )


def expect_rows(rows, merchants, areas, layer) -> Expected:
    """The same from the rows of all files; column `rank` orders versions of equal time."""
    rows = rows.copy()
    rows["time"] = rows["txn_time"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    rows["month"] = rows["time"].dt.strftime("%Y-%m")
    rows["purse"] = rows["purse"].astype(str)
    rows["txn_type"] = rows["txn_type"].astype(str)
    parent = areas.set_index("area_code")["parent_code"]
    communities = areas.loc[areas["level"] == "community", "area_code"]
    district = communities.map(parent).map(parent).set_axis(communities.to_numpy())
    rows["category"] = _categories(rows, merchants)
    rows["provider"] = _lookup(rows, merchants, "provider_id")
    at_home = _lookup(rows, merchants, "at_home").eq("Y") & ~rows["txn_type"].isin(
        ["board", "alight"]
    )
    rows["service"] = rows["service_unit_code"].map(district)
    rows["service"] = rows["service"].fillna(_by_point(rows, layer).map(district))
    rows["service"] = rows["service"].where(~at_home, rows["home_community_code"].map(district))
    rows["reason"] = _reasons(rows, set(communities))
    sound = rows[rows["reason"] == ""].copy()
    year = sound["time"].dt.year - sound["birth_year"]
    sound["age"] = pd.cut(
        year, [-1, 59, 69, 79, 200], labels=["young", "60-69", "70-79", "80plus"]
    ).astype(str)
    sound["home"] = sound["home_community_code"]
    sound["home_district"] = sound["home"].map(district)
    sound = _judge(sound)
    uses = sound[sound["uses"] == 1].copy()
    uses = _one_home(uses, district)
    rows["fate"] = sound["fate"].reindex(rows.index).fillna("quarantined")
    return Expected(rows, uses)


def _lookup(rows, merchants, column) -> pd.Series:
    result = pd.Series("", index=rows.index, dtype=object)
    day = rows["time"].dt.strftime("%Y-%m-%d")
    for number, periods in merchants.groupby("merchant_no"):
        mine = rows["merchant_no"] == number
        for period in periods.itertuples():
            valid = mine & (day >= period.valid_from) & (day <= (period.valid_to or "9999"))
            result[valid] = getattr(period, column)
    return result


def _categories(rows, merchants) -> pd.Series:
    category = _lookup(rows, merchants, "category")
    by_mcc = rows["merchant_no"].str[7:11].map(MCC).fillna("")
    category = category.where(category != "", by_mcc)
    fixed = {"board": "bus", "alight": "bus", "park_entry": "park", "meal_deduction": "meals"}
    return rows["txn_type"].map(fixed).fillna(category)


def _by_point(rows, layer) -> pd.Series:
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index
    )
    points = points[rows["lon"].notna() & rows["lat"].notna()]
    joined = points.sjoin(layer[["code", "geometry"]].set_crs(None, allow_override=True))
    return joined.groupby(level=0)["code"].min().reindex(rows.index)


def _reasons(rows, communities) -> pd.Series:
    """The first thing that is wrong with a row."""
    reason = pd.Series("", index=rows.index)

    def set_where(mask, text):
        reason[(reason == "") & mask.fillna(False)] = text

    set_where(rows["card_token"].fillna("").eq(""), "blank_field")
    set_where(~rows["txn_type"].isin(TYPES), "unknown_word")
    gross, *parts = (rows[name] for name in AMOUNTS)
    set_where((rows[AMOUNTS].min(axis=1) < 0) | (gross != sum(parts)), "wrong_sum")
    set_where(~rows["home_community_code"].isin(communities), "unknown_home")
    set_where(rows["category"].eq("") & rows["txn_type"].isin(SALES), "unknown_merchant")
    needs_place = rows["txn_type"].isin([*SALES, "board", "alight"])
    set_where(rows["service"].isna() & needs_place, "no_place")
    return reason


def _judge(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(fate="", uses=0, amount=0, subsidy=0)
    order = ["received_at", *(["rank"] if "rank" in rows else []), "row"]
    newest = rows.sort_values(order).groupby(["month", "record_id"]).tail(1).index
    rows.loc[rows.index.difference(newest), "fate"] = "duplicate"
    rows.loc[(rows["fate"] == "") & (rows["void_flag"] == "Y"), "fate"] = "void"
    for kind, fate in BOOKINGS.items():
        rows.loc[(rows["fate"] == "") & (rows["txn_type"] == kind), "fate"] = fate
    rows.loc[(rows["fate"] == "") & (rows["age"] == "young"), "fate"] = "under_60"
    left = rows[rows["fate"] == ""].sort_values(["time", "record_id"])
    event = left["pairing_id"].fillna("=" + left["record_id"])
    outcome: dict = {}
    records = left[["txn_type", "time", "record_id", "month", AMOUNTS[0], AMOUNTS[2]]]
    groups: dict = {}
    for key, index, record in zip(
        zip(event, left["card_token"]), left.index, records.itertuples(index=False, name=None)
    ):
        groups.setdefault(key, []).append((index, *record))
    for group in groups.values():
        outcome |= _judge_taps([r for r in group if r[1] in ("board", "alight")])
        outcome |= _judge_sales([r for r in group if r[1] in (*SALES, *RETURNS)])
    columns = ["fate", "uses", "amount", "subsidy"]
    judged = pd.DataFrame.from_dict(outcome, orient="index", columns=columns)
    rows.loc[judged.index, columns] = judged
    return rows


def _judge_taps(taps: list[tuple]) -> dict:
    """Fate, uses, amount and subsidy by row."""
    rides, last = [], None
    for index, kind, time, *_, gross, subsidy in taps:
        if last is None or time - last > pd.Timedelta(days=1):
            rides.append(([], []))
        rides[-1][kind == "alight"].append((index, gross, subsidy))
        last = time
    result = {}
    for boards, alights in rides:
        for n, (index, gross, subsidy) in enumerate(boards):
            result[index] = ("use" if n < len(alights) else "lone_tap", 1, gross, subsidy)
        for n, (index, gross, subsidy) in enumerate(alights):
            lone = ("lone_tap", 1, gross, subsidy)
            result[index] = ("paired_tap", 0, 0, 0) if n < len(boards) else lone
    return result


def _judge_sales(group: list[tuple]) -> dict:
    result, bundles = {}, []
    for record in sorted(group, key=lambda r: (r[2], r[1] in RETURNS, r[3])):
        index, kind, _, _, month, *_ = record
        if kind in SALES:
            bundles.append((record, []))
        elif not bundles or (pd.Period(month) - pd.Period(bundles[-1][0][4])).n > 2:
            result[index] = ("unmatched_return", 0, 0, 0)
        else:
            bundles[-1][1].append(record)
    for (sale, *_, gross, subsidy), back in bundles:
        returned, by_purse = sum(r[5] for r in back), sum(r[6] for r in back)
        fits = by_purse <= subsidy and returned - by_purse <= gross - subsidy
        undone = any(r[1] == "reversal" for r in back)
        undone = undone or (fits and returned > 0 and returned == gross)
        fate = "undone" if undone else "netted" if fits else "unmatched_return"
        result |= {r[0]: (fate, 0, 0, 0) for r in back}
        kept = (gross - returned, subsidy - by_purse) if fits else (gross, subsidy)
        result[sale] = ("undone", 0, 0, 0) if undone else ("use", 1, *kept)
    return result


def _one_home(uses, district) -> pd.DataFrame:
    """Home and age of the last use of a card in a month; of equal seconds the larger code."""
    second = uses["time"].dt.floor("s")
    last = uses.assign(second=second).sort_values(["second", "home", "age"])
    last = last.groupby(["month", "card_token"]).tail(1).set_index(["month", "card_token"])
    key = pd.MultiIndex.from_frame(uses[["month", "card_token"]])
    for name in ("home", "age"):
        uses[name] = last[name].reindex(key).to_numpy()
    uses["home_district"] = uses["home"].map(district)
    return uses


def tables(uses: pd.DataFrame, period: str) -> dict[str, pd.DataFrame]:
    """The tables of one month, by name of their file, sorted by their keys."""
    month = uses[uses["month"] == period]
    every = month.assign(category="all")
    both = pd.concat([month, every])
    ages = pd.concat([both.assign(age="all"), every])
    sub = month.assign(home=month["home"].str[:9])
    hours = month.assign(weekday=month["time"].dt.day_of_week + 1, hour=month["time"].dt.hour)
    return {
        "community": _with_providers(ages, ["home", "category", "age"]),
        "subdistrict": _with_providers(sub, ["home", "category", "age"]),
        "flows": _count(both, ["home_district", "service", "category"]),
        "purses": _count(both, ["home_district", "category", "purse"]),
        "hours": _count(hours, ["home_district", "weekday", "hour"]),
    }


def _with_providers(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The same, and the providers an amount was paid to: at least one, if anybody was."""
    counted = _count(rows, keys)
    paid = rows[rows["amount"] > 0]
    known = paid[paid["provider"] != ""].groupby(keys)["provider"].nunique()
    at_least = paid[paid["txn_type"].isin(SALES)].groupby(keys).size().clip(upper=1)
    providers = known.reindex(counted.index).fillna(at_least.reindex(counted.index))
    counted["providers_count"] = providers.where(counted["amount_fen"] > 0, 0)
    return counted


def _count(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    grouped = rows.groupby(keys)
    return pd.DataFrame(
        {
            "swipes_count": grouped["uses"].sum(),
            "cards_count": grouped["card_token"].nunique(),
            "amount_fen": grouped["amount"].sum(),
            "subsidy_fen": grouped["subsidy"].sum(),
        }
    ).sort_index()
