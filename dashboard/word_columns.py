"""Columns of repeated words as numbers: each word is looked up once, not once a row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

UNKNOWN = -1


def number_words(column: pa.ChunkedArray, numbers: Mapping[str, int]) -> np.ndarray:
    """The number of each row's word.

    Parameters
    ----------
    column : ChunkedArray of text or dictionary, (n_rows,)
        No nulls.
    numbers : mapping of word to number

    Returns
    -------
    ndarray of int64, (n_rows,)
        UNKNOWN for a word that is not in `numbers`.
    """
    if not len(column):
        return np.zeros(0, dtype=np.int64)
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    found = column.unify_dictionaries().combine_chunks()
    chunk = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
    words = [numbers.get(word, UNKNOWN) for word in chunk.dictionary.to_pylist()]
    return np.array(words, dtype=np.int64)[chunk.indices.to_numpy()]
