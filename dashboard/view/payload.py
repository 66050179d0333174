"""What the browser's map draws from: numbers for the eye, small enough for every click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from dashboard.text import state_text, t
from dashboard.text.numbers import format_number
from dashboard.view.plan_words import site_number, site_place
from geodata.schema import STATE_COARSER, STATE_MISSING, STATE_OK, STATE_SUPPRESSED

if TYPE_CHECKING:
    from dashboard.view.scene import View


def make_payload(view: View, prefix: str) -> dict[str, Any]:
    """The payload of a view, JSON-ready.

    Parameters
    ----------
    view : View
    prefix : str
        Path before every address; ends with "/".

    Returns
    -------
    dict
        Addresses of the layer files, which features are meant (`first`, `count`), per area the
        screen number (None without), state digit, class and rank, and the words around them.
    """
    state, geometry, words = view.state, view.geometry, view.words
    reasons = (STATE_SUPPRESSED, STATE_MISSING, STATE_COARSER)
    return {
        "release": view.dataset.release_id,
        "area": state.area,
        "level": state.level,
        "layer": f"{prefix}geometry/{geometry.layer}" if geometry.layer else None,
        "context": f"{prefix}geometry/{geometry.context}" if geometry.context else None,
        "bbox": list(geometry.bbox) if geometry.bbox else None,
        "first": geometry.first,
        "count": geometry.count,
        "values": screen_numbers(view),
        "states": "".join(map(str, view.values.state.tolist())),
        "classes": view.classes.index.tolist(),
        "colours": list(view.classes.colours),
        "ranks": view.ranks.tolist(),
        "rank_count": view.rank_count,
        "unit": words.unit,
        "decimals": words.form.decimals,
        "labels": list(words.labels),
        "parent": _parent(view),
        "reasons": {str(code): state_text(state.lang, code, words.k) for code in reasons},
        "title": view.title,
        "lang": state.lang,
        "select": state.select,
        "points": points_address(view, prefix),
        "sites": plan_sites(view),
    }


def screen_numbers(view: View) -> list[float | int | None]:
    """Values on screen scale, rounded; None where there is no number."""
    rounded = np.round(view.values.number * view.scale, view.decimals) + 0.0  # no negative zero
    if not view.decimals:
        known = view.values.state == STATE_OK
        whole = np.where(known, rounded, 0).astype(np.int64).tolist()
        return [n if ok else None for n, ok in zip(whole, known.tolist())]
    return [None if n != n else n for n in rounded.tolist()]


def plan_sites(view: View) -> list[dict[str, Any]]:
    """The changes of the plan that count here, as the map marks them, in order of the plan."""
    effect = view.dataset.coverages.plan_effect(view.state, view.position)
    if effect is None:
        return []
    lang = view.state.lang
    found = []
    for index, site in enumerate(effect.sites):
        if not site.counts:
            continue
        number = site_number(index)
        notes = []
        if site.newly is not None:
            notes.append(t(lang, "site_newly", people=format_number(site.newly)))
            notes.append(t(lang, "site_reach", people=format_number(site.people)))
        if site.capacity is not None:
            notes.append(t(lang, "site_places", places=format_number(site.capacity)))
        found.append(
            {
                "id": site.id,
                "n": number,
                "lon": site.lon,
                "lat": site.lat,
                "kind": site.action,
                "from": site.before,
                "name": t(lang, "site_number", number=number, place=site_place(view, site)),
                "value": t(lang, f"action_{site.action}"),
                "notes": notes,
            }
        )
    return found


def points_address(view: View, prefix: str) -> str | None:
    """Where the provider points of the view come from; None when they are not drawn."""
    state = view.state
    if not state.points:
        return None
    query = {
        "area": state.area,
        "category": state.category,
        "period": state.period,
        "release": view.dataset.release_id,
    }
    return f"{prefix}data/providers?{urlencode(query)}"


def _parent(view: View) -> dict[str, Any]:
    parent = view.parent
    number = None
    if parent.state == STATE_OK:
        number = round(parent.number * view.scale, view.decimals)
    return {"name": parent.name, "text": parent.text, "number": number}
