"""The contract of raw files: fields, words, and every reason for which a row is set aside.

A raw folder holds `swipes/` (daily files, Parquet or CSV), `cards` (the register of issued cards)
and `merchants` (the dated table of providers). It stays in the data room: its rows are about
persons.
"""

from __future__ import annotations

from dataclasses import dataclass

from geodata.schema import CATEGORY_CODES

BEIJING_OFFSET_HOURS = 8
TOKEN = "[0-9A-Za-z_-]{8,64}"

BOARD, ALIGHT, PARK, PURCHASE, MEAL = "board", "alight", "park_entry", "purchase", "meal_deduction"
REFUND, REVERSAL = "refund", "reversal"
CREDIT, ROLLOVER, ADJUSTMENT = "subsidy_credit", "rollover", "adjustment"
SWIPE_TYPES = (
    BOARD,
    ALIGHT,
    PARK,
    PURCHASE,
    MEAL,
    REFUND,
    REVERSAL,
    CREDIT,
    ROLLOVER,
    ADJUSTMENT,
)
TAPS = (BOARD, ALIGHT)
SALES = (PARK, PURCHASE, MEAL)
RETURNS = (REFUND, REVERSAL)
BOOKINGS = (CREDIT, ROLLOVER, ADJUSTMENT)
PURSES = ("subsidy", "care_only", "debit", "ecash", "transit_counter")
AGE_GROUPS = ("60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90-99", "100+")
SCHEMES = ("beijing_senior", "social_security_3g", "tianjin", "hebei")


@dataclass(frozen=True)
class Field:
    """One field of a raw table.

    Attributes
    ----------
    kind : str
        text, code, time (with an offset), date, fen, year, degrees or choice.
    required : bool
        The column must be there and no cell may be blank.
    """

    name: str
    kind: str
    required: bool = True
    choices: tuple[str, ...] = ()
    example: str = ""
    note: str = ""


SWIPE_FIELDS = (
    Field("record_id", "text", example="20260302-A-00000017", note="one record, in any file"),
    Field("card_token", "code", example="9f2c51d7a0e84b36", note="keyed hash of the card number"),
    Field("birth_year", "year", required=False, example="1944", note="this or age_band"),
    Field("age_band", "choice", required=False, choices=AGE_GROUPS, example="80-84"),
    Field("sex", "choice", choices=("M", "F"), example="F"),
    Field("holder_basis", "choice", choices=("hukou", "permit"), example="hukou"),
    Field("home_community_code", "code", example="110101001001", note="12 digits"),
    Field("txn_time", "time", example="2026-03-02T09:14:05+08:00", note="with its offset"),
    Field("posting_date", "date", example="2026-03-03"),
    Field("txn_type", "choice", choices=SWIPE_TYPES, example="board"),
    Field(
        "pairing_id",
        "text",
        required=False,
        example="T0000412",
        note="the same on both taps of a ride, on a sale and on what undoes it",
    ),
    Field("purse", "choice", choices=PURSES, example="subsidy"),
    Field("amount_gross_fen", "fen", example="3800", note="discount + subsidy + own; never < 0"),
    Field("amount_discount_fen", "fen", example="190"),
    Field("amount_subsidy_fen", "fen", example="3610"),
    Field("amount_own_fen", "fen", example="0"),
    Field(
        "merchant_no", "code", required=False, example="104110154110001", note="15 digits; sales"
    ),
    Field("terminal_id", "text", required=False, example="00A1B2C3"),
    Field("service_unit_code", "code", required=False, example="110101001001", note="12 digits"),
    Field("lon", "degrees", required=False, example="116.4101", note="where there is no code"),
    Field("lat", "degrees", required=False, example="39.9165"),
    Field("card_scheme", "choice", choices=SCHEMES, example="beijing_senior"),
    Field("acceptance_province", "choice", choices=("11", "12", "13"), example="11"),
    Field("void_flag", "choice", choices=("Y", "N"), example="N"),
    Field("batch_id", "text", example="20260302-A"),
    Field("received_at", "time", example="2026-03-03T02:00:00+08:00", note="decides corrections"),
)
CARD_FIELDS = (
    Field("card_token", "code", example="9f2c51d7a0e84b36"),
    Field("home_community_code", "code", example="110101001001"),
    Field("birth_year", "year", example="1944"),
    Field("issued_on", "date", example="2019-05-06"),
    Field("closed_on", "date", required=False, example=""),
)
MERCHANT_FIELDS = (
    Field("merchant_no", "code", example="104110154110001"),
    Field("provider_id", "code", example="P000123"),
    Field("category", "choice", choices=CATEGORY_CODES, example="meals"),
    Field(
        "at_home", "choice", choices=("Y", "N"), example="N", note="Y: served at the card's home"
    ),
    Field("valid_from", "date", example="2023-07-01"),
    Field("valid_to", "date", required=False, example="", note="the last day; blank: still valid"),
)
RAW_TABLES = {
    "swipes/*": SWIPE_FIELDS,
    "cards": CARD_FIELDS,
    "merchants": MERCHANT_FIELDS,
}

# Why a row goes to quarantine: reason -> what the operator does about it (Chinese, English).
REASONS: dict[str, tuple[str, str]] = {
    "ragged_row": ("该行列数与表头不同", "the row has another number of fields than the header"),
    "blank_field": ("填写该必填字段", "fill in the required field"),
    "wrong_type": ("按数据约定改正该字段的格式", "write the field as the data contract says"),
    "unknown_word": ("只能用数据约定列出的取值", "use one of the words of the data contract"),
    "no_age": ("填写 birth_year 或 age_band", "fill in birth_year or age_band"),
    "unknown_home": ("居住社区代码不在 areas 表中", "the home community is not in table areas"),
    "wrong_sum": (
        "应满足 总额 = 折扣 + 补贴 + 自付，且均不为负",
        "gross = discount + subsidy + own must hold, none below zero",
    ),
    "posted_before": ("入账日期早于交易日期", "posting_date lies before txn_time"),
    "received_before": ("接收时间早于交易时间", "received_at lies before txn_time"),
    "too_late": ("入账比交易晚一年以上；核对日期", "posted over a year after txn_time; check both"),
    "unknown_merchant": (
        "商户不在 merchants 表中，MCC 也无法归类；补入该表",
        "neither table merchants nor the MCC names a category; add the merchant",
    ),
    "no_place": (
        "服务地代码不在 areas 表中，经纬度也不在任何社区内",
        "no known place of service: neither its code nor its point lies in a community",
    ),
}

# What becomes of a row that is sound. The first four are in the aggregates.
COUNTED = ("use", "lone_tap", "paired_tap", "netted")
LEFT_OUT = (
    "credit",
    "rollover",
    "adjustment",
    "void",
    "under_60",
    "duplicate",
    "unmatched_return",
    "undone",
)
FATES = (*COUNTED, *LEFT_OUT)
