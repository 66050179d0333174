"""Rows of the performance table are replaced by rows about the same thing, never by namesakes."""

from tests.benchmarks.__main__ import merge_rows

HEAD = "| what | measured |\n|---|---|\n"
OLD = (
    HEAD
    + "| load | 1 s |\n| the same, memory | 2 GB |\n| count | 3 s |\n| the same, memory | 4 GB |"
)


def test_the_same_belongs_to_the_row_it_comes_after():
    new = HEAD + "| count | 5 s |\n| the same, memory | 6 GB |"
    assert merge_rows(OLD, new) == OLD.replace("3 s", "5 s").replace("4 GB", "6 GB")


def test_what_is_new_comes_at_the_end_with_what_belongs_to_it():
    new = HEAD + "| cube | 7 s |\n| the same, memory | 8 GB |"
    assert merge_rows(OLD, new) == OLD + "\n| cube | 7 s |\n| the same, memory | 8 GB |"
