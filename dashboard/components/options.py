"""The choices of each control, in the words of the page's language."""

from __future__ import annotations

from dashboard.text import age_name, category_name, t
from dashboard.view import View
from dashboard.view_state import METHODS
from geodata.measures import MEASURES

GROUPS = {
    "group_people": ("elderly_count", "elderly_share", "aged_80_share"),
    "group_cards": ("cards_count", "card_coverage", "active_card_share", "silent_card_share"),
    "group_use": (
        "users_share",
        "swipes_per_card",
        "rides_per_card",
        "amount_per_card",
        "subsidy_share",
        "outside_home_share",
        "cross_province_share",
    ),
    "group_supply": (
        "gap_people",
        "reach_share",
        "served_share",
        "providers_per_1000",
        "capacity_per_1000",
        "capacity_gap",
    ),
    "group_access": (
        "access_e2sfca",
        "access_2sfca",
        "access_gravity",
        "users_per_place",
        "use_field",
        "border_people",
    ),
}


def measure_options(view: View) -> list[dict]:
    """All measures under their four questions; the questions themselves cannot be chosen."""
    lang = view.state.lang
    shown = view.dataset.measure_keys()
    options: list[dict] = []
    for group, keys in GROUPS.items():
        options.append({"label": f"— {t(lang, group)} —", "value": f"_{group}", "disabled": True})
        options += [
            {"label": MEASURES[key].text(lang)["name"], "value": key}
            for key in keys
            if key in shown
        ]
    return options


def category_options(view: View) -> list[dict]:
    """The categories this measure knows in this release."""
    state = view.state
    codes = view.dataset.categories(state.measure)
    return [{"label": category_name(state.lang, code), "value": code} for code in codes]


def age_options(view: View) -> list[dict]:
    """The age bands this measure knows."""
    state = view.state
    return [
        {"label": capital(age_name(state.lang, band)), "value": band}
        for band in view.dataset.ages(state.measure)
    ]


def level_options(view: View) -> list[dict]:
    """The levels below the area shown that can be drawn in one map."""
    state = view.state
    levels = view.dataset.levels(view.position)
    return [{"label": capital(t(state.lang, f"pick_{level}")), "value": level} for level in levels]


def show_options(view: View) -> list[dict]:
    """The measure itself or a change; what has no months has no change."""
    kinds = view.dataset.shows(view.measure.key, bool(view.state.plan))
    return [{"label": t(view.state.lang, f"show_{kind}"), "value": kind} for kind in kinds]


def class_options(lang: str) -> list[dict]:
    """The ways to break values into classes."""
    return [{"label": t(lang, f"classes_{method}"), "value": method} for method in METHODS]


def capital(text: str) -> str:
    """The text with a capital first letter, as a choice stands alone."""
    return text[:1].upper() + text[1:]
