"""Where a long romanised name may be broken: between its syllables."""

from __future__ import annotations

import re

from dashboard.exports.typeface import typeface

LAST_LATIN = "\u024f"
BREAK = "\u200b"  # zero width space
NARROWEST_EM = 6.5  # a word wider than this does not fit the narrowest column of names
SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?[aeiouü]+(?:ng?(?![aeiouü])|r(?![aeiouü]))?",
    re.IGNORECASE,
)


def breakable(text: str) -> str:
    """A text with `BREAK` between the syllables of words that are too wide for a column.

    Ideographs need none: a line may end after any of them.

    >>> breakable("Tianjinhangkongwuliuqu Park").split(BREAK)
    ['Tian', 'jin', 'hang', 'kong', 'wu', 'liu', 'qu Park']
    """
    return " ".join(map(_break_word, text.split(" ")))


def _break_word(word: str) -> str:
    if max(word, default="") > LAST_LATIN or typeface().width_em(word) <= NARROWEST_EM:
        return word
    ends = [found.end() for found in SYLLABLE.finditer(word)][:-1]
    return BREAK.join(word[start:end] for start, end in zip([0, *ends], [*ends, len(word)]))
