"""Class breaks for a map: methods, classes, counts and colours safe for colour-blind people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jenkspy
import numpy as np

METHODS = ("quantile", "natural", "equal", "own")
DEFAULT_CLASSES = 5
_SAMPLE = 3_500  # natural breaks of more numbers are found on an even sample of the sorted ones

# ColorBrewer (Brewer 2003), all marked safe for colour-blind readers.
SEQUENTIAL = {
    1: ("#9ebcda",),
    2: ("#e0ecf4", "#8856a7"),
    3: ("#e0ecf4", "#9ebcda", "#8856a7"),
    4: ("#edf8fb", "#b3cde3", "#8c96c6", "#88419d"),
    5: ("#edf8fb", "#b3cde3", "#8c96c6", "#8856a7", "#810f7c"),
    6: ("#edf8fb", "#bfd3e6", "#9ebcda", "#8c96c6", "#8856a7", "#810f7c"),
    7: ("#edf8fb", "#bfd3e6", "#9ebcda", "#8c96c6", "#8c6bb1", "#88419d", "#6e016b"),
}
DIVERGING_LOW = ("#2166ac", "#67a9cf", "#d1e5f0")
NO_CHANGE = "#f7f7f7"
DIVERGING_HIGH = ("#fddbc7", "#ef8a62", "#b2182b")


@dataclass(frozen=True)
class ClassBreaks:
    """Classes of a set of numbers.

    Attributes
    ----------
    method : str
    edges : tuple of float, (n_classes + 1,)
        Ascending; class i holds edges[i] < x <= edges[i + 1], the first one its lower edge too.
        Empty when there is no number.
    index : ndarray of int8, (n,)
        Class of each number, -1 for NaN.
    counts : tuple of int, (n_classes,)
    colours : tuple of str, (n_classes,)
    diverging : bool
    """

    method: str
    edges: tuple[float, ...]
    index: np.ndarray
    counts: tuple[int, ...]
    colours: tuple[str, ...]
    diverging: bool = False


def classify_values(
    numbers: np.ndarray,
    method: str = "quantile",
    *,
    n_classes: int = DEFAULT_CLASSES,
    own: Sequence[float] = (),
    diverging: bool = False,
) -> ClassBreaks:
    """Put numbers into classes; every number is in exactly one.

    Parameters
    ----------
    numbers : ndarray of float, (n,)
        NaN where there is no number.
    method : str
        quantile (as many areas in each), natural (Fisher-Jenks), equal (as wide each), own.
    n_classes : int, 2 to 7
        Fewer come out where there are fewer distinct numbers or many ties.
    own : sequence of float
        Inner breaks for the method own; numbers beyond them are in the outer classes.
    diverging : bool
        Classes on both sides of zero, for changes.

    Returns
    -------
    ClassBreaks

    Source
    ------
    Definitions as in mapclassify (Rey et al.): Quantiles, FisherJenks, EqualInterval.
    """
    numbers = np.asarray(numbers, dtype=np.float64)
    known = np.isfinite(numbers)
    found = np.sort(numbers[known])
    if not len(found):
        return ClassBreaks(method, (), np.full(len(numbers), -1, np.int8), (), (), diverging)
    if method == "own" and own:
        inner = np.unique(np.asarray(own, dtype=np.float64))
    elif diverging:
        inner = _diverging_breaks(found, method, n_classes)
    else:
        inner = _inner_breaks(found, method, n_classes)
    low, high = found[0], found[-1]
    if method != "own" or not own:
        inner = inner[(inner >= low) & (inner < high)]
    else:
        low, high = min(low, inner[0]), max(high, inner[-1])
    edges = np.concatenate([[low], inner, [high]])
    index = np.full(len(numbers), -1, dtype=np.int8)
    index[known] = np.searchsorted(inner, numbers[known], side="left")
    counts = np.bincount(index[known], minlength=len(inner) + 1)
    colours = colours_for(len(counts))
    if diverging:
        colours = _diverging_colours(edges, bool((found == 0).any()))
    return ClassBreaks(
        method,
        tuple(float(e) for e in edges),
        index,
        tuple(int(c) for c in counts),
        colours,
        diverging,
    )


def colours_for(n_classes: int) -> tuple[str, ...]:
    """A sequence from low to high; more than 7 classes repeat shades between its ends."""
    if n_classes in SEQUENTIAL:
        return SEQUENTIAL[n_classes]
    longest = SEQUENTIAL[max(SEQUENTIAL)]
    return tuple(longest[round(i * (len(longest) - 1) / (n_classes - 1))] for i in range(n_classes))


def _inner_breaks(found: np.ndarray, method: str, n_classes: int) -> np.ndarray:
    """Upper edges of all classes but the last; `found` is sorted."""
    distinct = np.unique(found)
    if len(distinct) <= n_classes:
        return distinct[:-1]
    if method == "equal":
        return np.linspace(found[0], found[-1], n_classes + 1)[1:-1]
    if method == "natural":
        return natural_breaks(found, n_classes)
    return np.unique(np.quantile(found, np.arange(1, n_classes) / n_classes))


def natural_breaks(found: np.ndarray, n_classes: int) -> np.ndarray:
    """Upper edges of all classes but the last, with the least sum of squares within classes.

    Parameters
    ----------
    found : ndarray of float, (n,)
        Sorted. Of more than a few thousand an even sample is used, with both ends.
    n_classes : int
        Less than the number of distinct values.

    Source
    ------
    Fisher (1958) by jenkspy. The same classes as mapclassify.FisherJenks, which compiles itself
    and takes 200 MB in every process.
    """
    if len(found) > _SAMPLE:
        found = found[np.linspace(0, len(found) - 1, _SAMPLE).round().astype(int)]
    if len(np.unique(found)) <= n_classes:  # of a sample with many ties
        return np.unique(found)[:-1]
    return np.unique(jenkspy.jenks_breaks(found, n_classes)[1:-1])


def _diverging_breaks(found: np.ndarray, method: str, n_classes: int) -> np.ndarray:
    """Breaks on each side of zero; no change at all is a class of its own where it occurs."""
    per_side = max(2, min(3, (n_classes + 1) // 2))
    below, above = found[found < 0], found[found > 0]
    inner = [np.array([0.0])]
    if len(below) + len(above) < len(found):
        inner.append(np.array([np.nextafter(0.0, -1.0)]))
    if len(below):
        # Mirrored: a class holds its upper edge, here the next number further from zero.
        distances = np.sort(-below)
        edges = _inner_breaks(distances, method, per_side)
        edges = edges[edges < distances[-1]]
        inner.append(-distances[np.searchsorted(distances, edges, side="right")])
    if len(above):
        inner.append(_inner_breaks(above, method, per_side))
    return np.unique(np.concatenate(inner))


def _diverging_colours(edges: np.ndarray, has_zero: bool) -> tuple[str, ...]:
    """Blue below zero, red above, the paler the nearer to it; grey for no change."""
    upper = edges[1:]
    n_zero = int((upper == 0).sum()) if has_zero else 0
    n_low = int((upper <= 0).sum()) - n_zero
    n_high = len(upper) - n_low - n_zero
    grey = (NO_CHANGE,) * n_zero
    return _shades(DIVERGING_LOW, n_low) + grey + _shades(DIVERGING_HIGH[::-1], n_high)[::-1]


def _shades(shades: tuple[str, ...], n: int) -> tuple[str, ...]:
    if n <= 1:
        return shades[1:2] * n
    return tuple(shades[round(i * (len(shades) - 1) / (n - 1))] for i in range(n))
