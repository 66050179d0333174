"""The words of the data: levels, bands, categories, table columns and cell states."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA_VERSION = 2

LEVELS = ("region", "province", "city", "district", "subdistrict", "community")
CODE_LENGTH = {"province": 2, "city": 4, "district": 6, "subdistrict": 9, "community": 12}

AGE_ALL = "all"
AGE_BANDS = (AGE_ALL, "60-69", "70-79", "80plus")

CATEGORY_ALL = "all"

# In integer arrays: what a cell is when it is not a number. Three different things, never mixed.
SUPPRESSED = -1
MISSING = -2
COARSER = -3

# In float results (Values.state).
STATE_OK, STATE_SUPPRESSED, STATE_MISSING, STATE_COARSER = 0, 1, 2, 3


@dataclass(frozen=True)
class Category:
    """One kind of use; `has_sites` is false where no provider site serves it (bus)."""

    code: str
    zh: str
    en: str
    has_sites: bool = True


CATEGORIES = (
    Category("bus", "公交", "Bus", has_sites=False),
    Category("park", "公园", "Parks"),
    Category("supermarket", "超市日用", "Supermarkets"),
    Category("food", "食品店", "Food shops"),
    Category("meals", "老年助餐", "Meals"),
    Category("medical", "医疗", "Medical"),
    Category("pharmacy", "药店", "Pharmacies"),
    Category("aids", "康复辅具", "Rehabilitation aids"),
    Category("home_cleaning", "家政保洁", "Home cleaning"),
    Category("personal_care", "个人护理", "Personal care"),
    Category("day_care", "日间照料", "Day care"),
    Category("care_home", "养老机构", "Care homes"),
    Category("culture", "文化娱乐", "Culture"),
)
CATEGORY_CODES = tuple(category.code for category in CATEGORIES)


@dataclass(frozen=True)
class Column:
    """One column of a source table.

    `required`: the column must be there. `blank`: a cell of a required column may be blank; in a
    column that is not required it always may.
    """

    name: str
    kind: str  # code | text | count | number | period | choice | lon | lat
    unit: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()
    example: str = ""
    blank: bool = False

    @property
    def may_be_blank(self) -> bool:
        """Whether a cell may be blank."""
        return self.blank or not self.required


@dataclass(frozen=True)
class Table:
    """One source table: columns and key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


TABLES = {
    "areas": Table(
        "areas",
        (
            Column("area_code", "code", example="110101001"),
            Column("parent_code", "code", example="110101", blank=True),
            Column("level", "choice", choices=LEVELS, example="subdistrict"),
            Column("name", "text", example="东华门街道"),
            Column("name_en", "text", required=False, example="Donghuamen Subdistrict"),
            Column("kind", "text", required=False, example="街道"),
            Column("zone_code", "code", required=False, example="130171"),
            Column("zone_name", "text", required=False, example="石家庄高新技术产业开发区"),
        ),
        ("area_code",),
    ),
    "population": Table(
        "population",
        (
            Column("area_code", "code", example="110101001001"),
            Column("population_count", "count", "people", example="5210", blank=True),
            Column("aged_60_count", "count", "people aged 60+", example="1240", blank=True),
            Column("aged_65_count", "count", "people aged 65+", example="840", blank=True),
            Column("aged_70_count", "count", "people aged 70+", example="520", blank=True),
            Column("aged_80_count", "count", "people aged 80+", example="170", blank=True),
            Column("status", "choice", choices=("published", "estimated"), example="estimated"),
            Column("source_line", "text", required=False, example="census 2020-11-01"),
        ),
        ("area_code",),
    ),
    "providers": Table(
        "providers",
        (
            Column("provider_id", "code", example="P000123"),
            Column("name", "text", example="东华门街道养老助餐点"),
            Column("category", "choice", choices=CATEGORY_CODES, example="meals"),
            Column("lon", "lon", "degrees", example="116.4101"),
            Column("lat", "lat", "degrees", example="39.9165"),
            Column("capacity", "count", "places", required=False, example="80"),
            Column("opened", "period", required=False, example="2024-03"),
            Column("closed", "period", required=False, example=""),
            Column("community_code", "code", required=False, example="110101001001"),
        ),
        ("provider_id",),
    ),
    "cards": Table(
        "cards",
        (
            Column("period", "period", example="2026-06"),
            Column("home_area_code", "code", example="110101001001"),
            Column("age_band", "choice", choices=AGE_BANDS, example="70-79"),
            Column("cards_count", "count", "cards issued", example="312"),
            Column("silent_cards_count", "count", "cards without use in 3 months", example="41"),
        ),
        ("period", "home_area_code", "age_band"),
    ),
    "swipes": Table(
        "swipes",
        (
            Column("period", "period", example="2026-06"),
            Column("home_area_code", "code", example="110101001001"),
            Column("service_area_code", "code", required=False, example="110105"),
            Column("category", "choice", choices=(CATEGORY_ALL, *CATEGORY_CODES), example="meals"),
            Column("age_band", "choice", choices=AGE_BANDS, example="all"),
            Column("swipes_count", "count", "uses; a bus ride is one", example="960"),
            Column("cards_count", "count", "distinct cards", example="118"),
            Column("amount_fen", "count", "fen, gross", example="2415000"),
            Column("subsidy_fen", "count", "fen paid by subsidy", example="731000"),
            Column(
                "providers_count",
                "count",
                "providers the amount was paid to; blank: not known",
                required=False,
                example="3",
            ),
        ),
        ("period", "home_area_code", "service_area_code", "category", "age_band"),
    ),
}

PROVIDERS = "providers_count"
SWIPE_FIELDS = ("swipes_count", "cards_count", "amount_fen", "subsidy_fen")
AGED_COLUMNS = (
    "population_count",
    "aged_60_count",
    "aged_65_count",
    "aged_70_count",
    "aged_80_count",
)
