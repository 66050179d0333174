"""The lines that must stand under every map and export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from dashboard.text import date_name, t
from dashboard.text.numbers import format_number
from dashboard.view.standard_words import standard_name

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view_state import ViewState
    from geodata.measures import Measure

CENSUS_BASES = ("60plus", "total", "standard")


@dataclass(frozen=True)
class Notes:
    """Finished lines in the page's language; an empty one does not apply.

    `method` how the measure is computed; `standard` what it is held against; `base` whom it
    counts, of which date, published or estimated; `papers` the map approval number or the
    internal-use line; `demonstration` "" when the data are real. `texts` has those lines that
    begin with a head ("标准：…") by name without it, for a table that has heads of its own.
    """

    method: str
    standard: str
    base: str
    source: str
    data_date: str
    release: str
    papers: str
    demonstration: str
    texts: Mapping[str, str]

    def lines(self) -> tuple[str, ...]:
        """All that are not empty, in the order of the page."""
        found = (getattr(self, item.name) for item in fields(self) if item.name != "texts")
        return tuple(text for text in found if text)


def write_notes(
    dataset: Dataset, state: ViewState, measure: Measure, position: int, positions: slice
) -> Notes:
    """The notes of a view."""
    lang, manifest = state.lang, dataset.manifest
    approval = str(manifest.get("approval_number") or "")
    source = manifest.get("source_zh" if lang == "zh-CN" else "source_en") or ""
    texts = {
        "method": measure.text(lang)["formula"],
        "standard": _standard_text(dataset, state, measure),
        "base": _base_text(dataset, state, measure, slice(position, position + 1), positions),
        "source": source,
        "data_date": date_name(lang, manifest["data_date"]),
        "release": dataset.release_id,
    }
    return Notes(
        **{key: _line(lang, key, text) for key, text in texts.items()},
        papers=t(lang, "note_approval", number=approval) if approval else t(lang, "note_internal"),
        demonstration=t(lang, "note_demonstration") if manifest.get("synthetic") else "",
        texts=texts,
    )


def _line(lang: str, key: str, text: str) -> str:
    return t(lang, "note_line", head=t(lang, f"note_head_{key}"), text=text) if text else ""


def _standard_text(dataset: Dataset, state: ViewState, measure: Measure) -> str:
    standard = dataset.held(state) if measure.needs_category else None
    if standard is None:
        return ""
    lang, name = state.lang, standard_name(state.lang, standard)
    if standard.radius_m is None:
        return t(lang, "note_standard_places", name=name)
    return t(
        lang,
        "note_standard",
        name=name,
        radius=format_number(standard.radius_m),
        detour=f"{standard.detour_factor:g}",
    )


def _base_text(
    dataset: Dataset, state: ViewState, measure: Measure, own: slice, drawn: slice
) -> str:
    """Census figures carry their date and standing, card figures are of the month shown."""
    lang, base = state.lang, measure.text(state.lang)["base"]
    if measure.base not in CENSUS_BASES:
        return base
    population = dataset.manifest.get("population", {})
    standings = {dataset.status_of_population(part) for part in (own, drawn)}
    standing = standings.pop() if len(standings) == 1 else "mixed"
    return t(
        lang,
        "note_base",
        base=base,
        population=t(lang, f"base_{population.get('base') or 'resident'}"),
        date=date_name(lang, str(population.get("as_of", ""))),
        status=t(lang, f"population_{standing}"),
    )
