"""The short code of a page: the whole view and its release in about twenty letters.

Nothing is stored anywhere: the code holds the choices themselves, as digits of one large number,
and a check over release and view. So a code of another release, of another program whose lists
differ, or a misread one is refused, never taken for another view.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dashboard.exports.plan_digits import own_digits, plan_digits, read_own, read_plan
from dashboard.text import LANGUAGES
from dashboard.view_state import METHODS, SHOWN, TABS, ViewState, parse_view
from geodata.measures import MEASURES
from geodata.schema import AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES, LEVELS

if TYPE_CHECKING:
    from dashboard.dataset import Dataset

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
MISREAD = str.maketrans("OIL", "011", "- \t\n.")
RELEASE_LETTERS, CHECK_LETTERS, GROUP = 2, 5, 5
BREAK_SIGNS = "0123456789.-,+e"


def encode_view(state: ViewState, dataset: Dataset) -> str:
    """The short code of a view, in groups of five: "3F0K2-…".

    Parameters
    ----------
    state : ViewState
    dataset : Dataset
        The release the state was parsed for.
    """
    number = 0
    for value, radix in reversed(_digits(state, dataset)):
        number = number * radix + value
    body = ""
    while number:
        number, letter = divmod(number, 32)
        body = LETTERS[letter] + body
    release = _letters(dataset.release_id, RELEASE_LETTERS)
    text = release + body + _check(state, dataset)
    return "-".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


def decode_view(code: str, datasets: Iterable[Dataset]) -> tuple[Dataset, ViewState] | None:
    """The release and the view of a code; None when it is none of these releases'.

    Parameters
    ----------
    code : str
        As printed; small letters, spaces and the letters O, I, L for 0, 1, 1 are understood.
    datasets : iterable of Dataset
        Asked one after another, so that a generator opens no more releases than needed.
    """
    text = code.upper().translate(MISREAD)
    if len(text) <= RELEASE_LETTERS + CHECK_LETTERS or set(text) - set(LETTERS):
        return None
    number = 0
    for letter in text[RELEASE_LETTERS:-CHECK_LETTERS]:
        number = number * 32 + LETTERS.index(letter)
    for dataset in datasets:
        if may_belong(text, dataset.release_id):
            state = _state(number, dataset)
            if state is not None and _check(state, dataset) == text[-CHECK_LETTERS:]:
                return dataset, state
    return None


def may_belong(code: str, release_id: str) -> bool:
    """Whether a code can be of that release, before it is opened."""
    text = code.upper().translate(MISREAD)
    return text.startswith(_letters(release_id, RELEASE_LETTERS))


def full_query(state: ViewState) -> str:
    """The view's query with its language, whatever the default language is."""
    query = state.to_query()
    if "lang=" not in query:
        query += ("&" if query else "") + f"lang={state.lang}"
    return query


def _choices() -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("lang", LANGUAGES),
        ("level", LEVELS),
        ("measure", tuple(MEASURES)),
        ("category", (CATEGORY_ALL, *CATEGORY_CODES)),
        ("age", AGE_BANDS),
        ("classes", METHODS),
        ("tab", TABS),
        ("show", SHOWN),
    ]


def _standards(category: str, dataset: Dataset) -> list[str]:
    """Ids of the standards of a category, the usual one first; "" where there is none."""
    return [item.id for item in dataset.book.all_of_category(category)] or [""]


def _digits(state: ViewState, dataset: Dataset) -> list[tuple[int, int]]:
    """Value and radix of every choice; the last are often zero and cost no letter then."""
    tree, months = dataset.tree, len(dataset.periods)
    digits = [(tree.find(state.area), len(tree.codes))]
    digits += [(names.index(getattr(state, key)), len(names)) for key, names in _choices()]
    digits += [(months - 1 - dataset.periods.index(state.period), months), (int(state.points), 2)]
    selected = tree.find(state.select) + 1 if state.select else 0
    digits.append((selected, len(tree.codes) + 1))
    standards = _standards(state.category, dataset)
    digits.append((standards.index(state.standard), len(standards)))
    digits += own_digits(state)
    digits += plan_digits(state.plan, dataset)
    text = ",".join(f"{number:.10g}" for number in state.breaks)
    return digits + [(BREAK_SIGNS.index(sign) + 1, len(BREAK_SIGNS) + 1) for sign in text]


def _state(number: int, dataset: Dataset) -> ViewState | None:
    """The state that a number stands for in a release."""
    tree, found = dataset.tree, {}

    def take(radix: int) -> int:
        nonlocal number
        number, value = divmod(number, radix)
        return value

    found["area"] = tree.codes[take(len(tree.codes))]
    for key, names in _choices():
        found[key] = names[take(len(names))]
    found["period"] = dataset.periods[len(dataset.periods) - 1 - take(len(dataset.periods))]
    found["points"] = str(take(2))
    selected = take(len(tree.codes) + 1)
    found["select"] = tree.codes[selected - 1] if selected else ""
    standards = _standards(found["category"], dataset)
    found["standard"] = standards[take(len(standards))]
    found |= read_own(take)
    plan = read_plan(take, dataset)
    if plan is None:
        return None
    found["plan"] = plan
    breaks = ""
    while number:
        sign = take(len(BREAK_SIGNS) + 1)
        if not sign:
            return None
        breaks += BREAK_SIGNS[sign - 1]
    return parse_view(found | {"breaks": breaks}, dataset)


def _check(state: ViewState, dataset: Dataset) -> str:
    return _letters(f"{dataset.release_id}?{full_query(state)}", CHECK_LETTERS)


def _letters(text: str, count: int) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
    return "".join(LETTERS[(number >> (5 * i)) & 31] for i in range(count))
