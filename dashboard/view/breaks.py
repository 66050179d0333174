"""Classes of a view: breaks on the numbers as they are shown, and the labels of a legend."""

from __future__ import annotations

import numpy as np

from dashboard.text import t
from dashboard.text.numbers import format_number, format_signed
from dashboard.view.parts import Classes
from dashboard.view.wording import Wording
from dashboard.view_state import ViewState
from geodata.classify import classify_values

# Good, far, full, unused: apart in hue for colour-blind readers and in lightness for grey print.
FIELD_COLOURS = ("#d9ecf5", "#7f1d1d", "#d9713c", "#f0c808")


def make_classes(state: ViewState, shown: np.ndarray, words: Wording) -> Classes:
    """Classes of the numbers as they are shown.

    Breaks are moved down to the last number that can be shown, which changes no area's class:
    so a legend's edges never overlap and never disagree with the table.
    """
    scale, decimals = words.form.scale, words.form.decimals
    if words.labels:
        return label_classes(shown, words.labels)
    own = state.breaks if state.classes == "own" else ()
    method = "quantile" if state.classes == "own" and not own else state.classes
    diverging = state.show != "value"
    found = classify_values(shown, method, own=own, diverging=diverging)
    if not own and len(found.edges) > 2:
        inner = np.array(found.edges[1:-1])
        inner = np.where((inner < 0) & (inner > -1e-9), -(10.0**-decimals), inner)  # just below 0
        inner = np.unique(_shown_below(inner, decimals))
        found = classify_values(shown, "own", own=inner.tolist(), diverging=diverging)
    labels = _labels(words, np.array(found.edges))
    breaks = tuple(edge / scale for edge in found.edges)
    return Classes(state.classes, breaks, labels, found.counts, found.colours, found.index)


def _shown_below(numbers: np.ndarray, decimals: int) -> np.ndarray:
    """The last number with so many decimals that is not above each number."""
    step = 10.0**decimals
    return np.floor(numbers * step + 1e-6) / step


def _labels(words: Wording, edges: np.ndarray) -> tuple[str, ...]:
    """First and last number that can be in each class; edges are on screen scale."""
    if not len(edges):
        return ()
    decimals = words.form.decimals
    highs = _shown_below(edges[1:], decimals)
    lows = np.concatenate([edges[:1], _shown_below(edges[1:-1], decimals) + 10.0**-decimals])
    return tuple(_label(words, low, high) for low, high in zip(lows, highs))


def _label(words: Wording, low: float, high: float) -> str:
    write = format_signed if words.form.signed else format_number
    left, right = (write(number, words.form.decimals) for number in (low, high))
    last = words.value(high / words.form.scale)
    if left == right:
        return last
    key = "class_label_signed" if words.form.signed else "class_label"  # no dash between signs
    return t(words.lang, key, low=left, high=last)


def label_classes(shown: np.ndarray, labels: tuple[str, ...]) -> Classes:
    """One class for each number that a measure of words can have, whether it occurs or not."""
    index = np.where(np.isfinite(shown), np.nan_to_num(shown), -1).astype(np.int8)
    counts = tuple(int((index == i).sum()) for i in range(len(labels)))
    return Classes("fields", (), labels, counts, FIELD_COLOURS[: len(labels)], index)
