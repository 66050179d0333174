"""A view put into the words and numbers of one printed page; no drawing here."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from dashboard.exports.legend import (
    LACKING_STATES,
    LegendEntry,
    falling_classes,
    legend_entries,
    site_entry,
)
from dashboard.exports.map_geometry import FRAME
from dashboard.exports.map_svg import MapContent
from dashboard.exports.paper import Frame
from dashboard.exports.pins import plan_pins
from dashboard.exports.sites import LARGEST, site_points
from dashboard.exports.typeface import character_name, missing_characters, replace_missing
from dashboard.text import t
from dashboard.text.numbers import format_number
from geodata.schema import STATE_OK, STATE_SUPPRESSED

if TYPE_CHECKING:
    from dashboard.view import Row, View


@dataclass(frozen=True)
class SheetTable:
    """A table of finished texts: rank, area, then numbers.

    `base_column` is the column that a narrow page leaves out.
    """

    title: str
    heads: tuple[str, ...]
    base_column: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """Everything that is written on the page, in its language and in reading order.

    Attributes
    ----------
    lang : str
    title, subtitle, headline : str
    mark : str
        Short demonstration mark beside the title; "" when the data are real.
    legend_title, legend_count : str
        Measure with unit, and the head of the counts.
    legend : tuple of LegendEntry
    sites : LegendEntry or None
        What the points on the map are, and how many.
    whole : str
        The area's own value.
    table : SheetTable
    more : SheetTable or None
        A second one below it.
    notes : tuple of str
        Method, standard, base and what else explains the numbers.
    sources : tuple of str
        Source, data date, release, projection: the line above the page's foot.
    papers : str
        Map approval number or the internal-use line, lower left.
    page, where : str
        Page x of y, and the caption of the small map.
    alt : str
        What the map shows, for a reader who does not see it.
    date : str
        "YYYY-MM-DD" or "YYYY-MM", the document's date.
    """

    lang: str
    title: str
    subtitle: str
    headline: str
    mark: str
    legend_title: str
    legend_count: str
    legend: tuple[LegendEntry, ...]
    sites: LegendEntry | None
    whole: str
    table: SheetTable
    more: SheetTable | None
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    papers: str
    page: str
    where: str
    alt: str
    date: str


def build_sheet(
    view: View, missing_on_map: tuple[str, ...] = (), dot_radius: float = LARGEST
) -> Sheet:
    """The page of a view. Characters without a glyph are replaced by a mark and named.

    Parameters
    ----------
    view : View
    missing_on_map : tuple of str
        Characters replaced on the map already.
    dot_radius : float
        Of the provider sites on the map, mm.
    """
    lang, notes = view.state.lang, view.notes
    sheet = Sheet(
        lang=lang,
        title=view.title,
        subtitle=view.subtitle,
        headline=view.headline,
        mark=t(lang, "demonstration_short") if notes.demonstration else "",
        legend_title=legend_title(view),
        legend_count=t(lang, "print_legend_count"),
        legend=legend_entries(view),
        sites=site_entry(view, dot_radius),
        whole=t(lang, "print_whole", name=view.parent.name, value=view.parent.text),
        table=_worst_table(view),
        more=None,
        notes=tuple(
            text for text in (notes.method, notes.standard, notes.base, notes.demonstration) if text
        ),
        sources=(notes.source, notes.data_date, notes.release, t(lang, "print_projection")),
        papers=notes.papers,
        page=t(lang, "print_page", page=1, pages=1),
        where=t(lang, "print_where"),
        alt=t(lang, "print_alt", title=view.title),
        date=str(view.dataset.manifest.get("data_date", "")),
    )
    if lang != "zh-CN":
        sheet = _map_texts(sheet, narrow_quotes)
    return name_missing(sheet, missing_on_map)


def narrow_quotes(text: str) -> str:
    """Straight quotation marks: in a Chinese face the curly ones are as wide as an ideograph."""
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def build_map_content(view: View, frame: Frame = FRAME) -> MapContent:
    """What the view's map shows in a frame."""
    lang, dataset = view.state.lang, view.dataset
    return MapContent(
        area=view.position,
        level=view.state.level,
        colours=view.classes.colours,
        class_index=view.classes.index,
        lacking={kind: view.values.state == state for kind, state in LACKING_STATES.items()},
        lang=lang,
        selected=dataset.tree.position.get(view.state.select, -1),
        km_text=t(lang, "print_km"),
        scale_text=t(lang, "print_scale"),
        north_text=t(lang, "print_north"),
        frame=frame,
        falls=falling_classes(view),
        sites=site_points(view),
        pins=plan_pins(view) if view.measure.plannable else (),
    )


def name_missing(sheet: Sheet, missing_on_map: tuple[str, ...] = ()) -> Sheet:
    """The sheet with `STAND_IN` for characters that the faces lack, and a note that names them.

    Parameters
    ----------
    sheet : Sheet
    missing_on_map : tuple of str
        Characters replaced on the map already.
    """
    missing = tuple(sorted({*missing_characters(sheet_texts(sheet)), *missing_on_map}))
    if not missing:
        return sheet
    sheet = _map_texts(sheet, lambda text: replace_missing(text, missing))
    names = ", ".join(character_name(character) for character in missing)
    return replace(sheet, notes=(*sheet.notes, t(sheet.lang, "print_missing_glyphs", names=names)))


def sheet_texts(sheet: Sheet) -> list[str]:
    """Every text of the sheet, swatches excepted."""
    found: list[str] = []
    _map_texts(sheet, lambda text: found.append(text) or text)
    return found


def _map_texts(part: Any, change: Any) -> Any:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_map_texts(item, change) for item in part)
    if is_dataclass(part):
        kept = ("swatch", "lang", "date")
        changed = {
            item.name: _map_texts(getattr(part, item.name), change)
            for item in fields(part)
            if item.name not in kept
        }
        return replace(part, **changed)
    return part


def legend_title(view: View) -> str:
    """What the colours mean, with its unit unless the name says it: 持卡率（%）."""
    return with_unit(view.state.lang, view.name, view.unit_text)


def with_unit(lang: str, name: str, unit: str) -> str:
    """A head with its unit in brackets, unless the name says it already."""
    if not unit or unit.lower() in name.lower():
        return name
    return f"{name}（{unit}）" if lang == "zh-CN" else f"{name} ({unit})"


def _worst_table(view: View) -> SheetTable:
    lang, rows = view.state.lang, view.worst
    columns = [
        (t(lang, "print_rank"), [str(row.rank or "") for row in rows]),
        (t(lang, "print_area"), [row.name for row in rows]),
        (with_unit(lang, view.short, view.unit_text), [row.text for row in rows]),
        (view.base_text, [_base_text(view, row) for row in rows]),
    ]
    known = any(view.change_year.state[_index(view, row)] == STATE_OK for row in rows)
    if known and view.state.show != "year":  # else it is the value itself
        key = "print_change_points" if view.change_kind == "points" else "print_change_ratio"
        columns.append((t(lang, key), [_change_text(view, row) for row in rows]))
    if any(row.gap_text not in ("", row.text) for row in rows):
        columns.append((t(lang, "print_gap"), [format_number(row.gap_people or 0) for row in rows]))
    return SheetTable(
        title=t(lang, _table_key(view), count=len(rows)),
        heads=tuple(head for head, _ in columns),
        base_column=3,
        rows=tuple(zip(*(cells for _, cells in columns))),
    )


def _index(view: View, row: Row) -> int:
    return row.position - view.positions.start


def _change_text(view: View, row: Row) -> str:
    """The change, or in one word that it is protected: the legend says why."""
    index = _index(view, row)
    if view.change_year.state[index] == STATE_SUPPRESSED:
        return t(view.state.lang, "brief_protected")
    return view.change_text(index, "year")


def _base_text(view: View, row: Row) -> str:
    base = int(view.base[_index(view, row)])
    return format_number(base) if base >= 0 else "–"


def _table_key(view: View) -> str:
    """By what the view has picked its ten."""
    if not view.worst:
        return "print_no_rows"
    if view.worst[0].gap_people is not None:
        return "print_most_people"
    return "print_last" if view.measure.polarity else "print_highest"
