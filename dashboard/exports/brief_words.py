"""The sentences of a brief, made from numbers; each says nothing rather than something unsure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.exports.area_figures import AreaFigure
from dashboard.text import t
from dashboard.text.numbers import format_large, format_number
from geodata.measures import Values
from geodata.schema import STATE_OK

NOTEWORTHY = 0.0005  # a change below this reads as 0.0 and is no news


@dataclass(frozen=True)
class Sites:
    """Open provider sites now and the month before, opened and closed in between."""

    count: int
    opened: int
    closed: int


def write_lead(lang: str, area: str, people: AreaFigure, figures: Sequence[AreaFigure]) -> str:
    """The first sentences: who lives here, then one figure after another with its change.

    Parameters
    ----------
    area : str
    people : AreaFigure
        How many older people live here.
    figures : sequence of AreaFigure
        Those without a number are left out: their reason stands in the table.
    """
    first = ""
    if people.state == STATE_OK:
        first = t(lang, "brief_people", area=area, people=people.large)
    parts = []
    for figure in figures:
        if figure.state != STATE_OK:
            continue
        text = t(lang, "brief_figure", name=figure.name, value=figure.large)
        if figure.year_words and abs(figure.year) > NOTEWORTHY:
            space = "" if lang == "zh-CN" else " "
            text += space + t(lang, "brief_change", change=figure.year_words)
        parts.append(text)
    joined = t(lang, "brief_join").join(parts)
    return _sentences(lang, [first, joined])


def write_extremes(lang: str, measure: str, names: Sequence[str], change: Values, kind: str) -> str:
    """Which area rose most and which fell most on the year before.

    Parameters
    ----------
    change : Values, (n_areas,)
        As a share of 1.
    kind : str
        "points" or "ratio".

    Returns
    -------
    str
        "" when fewer than two areas have a change, or none is worth a word.
    """
    known = np.flatnonzero(change.state == STATE_OK)
    if len(known) < 2:
        return ""
    numbers = change.number[known]
    parts = []
    for at, way in ((int(numbers.argmax()), "up"), (int(numbers.argmin()), "down")):
        number = float(numbers[at])
        if (number if way == "up" else -number) <= NOTEWORTHY:
            continue
        words = t(lang, f"change_{way}_{kind}", number=format_number(abs(number) * 100, 1))
        parts.append(t(lang, f"brief_most_{way}", name=names[int(known[at])], change=words))
    if not parts:
        return ""
    text = t(lang, "brief_extremes", measure=measure, parts=t(lang, "brief_join").join(parts))
    return _sentences(lang, [text])


def write_sites(lang: str, sites: Sites) -> str:
    """How many provider sites are open and what changed since last month."""
    text = t(lang, "brief_sites", count=format_number(sites.count))
    if sites.opened or sites.closed:
        text += t(lang, "brief_sites_change", opened=sites.opened, closed=sites.closed)
    return _sentences(lang, [text])


def write_beyond(lang: str, category: str, people: int | None, share: float | None) -> str:
    """How many people live beyond the standard's reach; "" where nobody knows."""
    if people is None or share is None:
        return ""
    key = "brief_beyond" if people else "brief_beyond_none"
    text = t(
        lang,
        key,
        category=category,
        people=format_large(lang, people),
        share=format_number(share * 100, 1),
    )
    return _sentences(lang, [text])


def write_flows(lang: str, outside: float | None, cross: float | None) -> str:
    """How much is used outside the own district and the own province."""
    if outside is None:
        return ""
    text = t(lang, "brief_outside", share=format_number(outside * 100, 1))
    if cross is not None:
        text += t(lang, "brief_cross", share=format_number(cross * 100, 1))
    return _sentences(lang, [text])


def _sentences(lang: str, texts: Sequence[str]) -> str:
    stop, space = t(lang, "head_stop"), "" if lang == "zh-CN" else " "
    return space.join(text[:1].upper() + text[1:] + stop for text in texts if text)
