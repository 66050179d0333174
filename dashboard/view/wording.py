"""Texts of numbers in one language and unit."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.text import state_text, t
from dashboard.text.numbers import NumberFormat, format_large, format_number, format_signed
from geodata.schema import STATE_OK

NO_SPACE_BEFORE = ("%",)


@dataclass(frozen=True)
class Wording:
    """Language, unit and number format of one view; makes texts of numbers.

    Parameters
    ----------
    lang : str
    unit : str
        Finished text after the number: "%", "人", "people".
    form : NumberFormat
    k : int
        Cards below which a cell is protected.
    labels : tuple of str
        Words for the numbers 0, 1, ... of a measure that is no amount; () for an amount.
    """

    lang: str
    unit: str
    form: NumberFormat
    k: int
    labels: tuple[str, ...] = ()

    def number(self, number: float) -> str:
        """Number on screen scale without unit, or the word it stands for."""
        if self.labels:
            return self.labels[int(number)]
        write = format_signed if self.form.signed else format_number
        return write(number * self.form.scale, self.form.decimals)

    def value(self, number: float, state: int = STATE_OK) -> str:
        """Number with unit, or why there is none."""
        return self._with_unit(self.number(number)) if state == STATE_OK else self.reason(state)

    def large(self, number: float, state: int = STATE_OK) -> str:
        """The same for a sentence: 2211万人."""
        if state != STATE_OK or self.form.decimals or self.labels:
            return self.value(number, state)
        return self._with_unit(format_large(self.lang, number * self.form.scale))

    def reason(self, state: int) -> str:
        """Why there is no number."""
        return state_text(self.lang, state, self.k)

    def change(self, number: float, state: int = STATE_OK) -> str:
        """A change as a table cell: +2.3 (points) or +2.3%, or why there is none."""
        if state != STATE_OK:
            return self.reason(state)
        return format_signed(number * 100, 1) + ("" if self.form.change == "points" else "%")

    def change_words(self, number: float) -> str:
        """A change in words: 上升2.3个百分点."""
        size = format_number(abs(number) * 100, 1)
        if not size.strip("0."):
            return t(self.lang, "change_none")
        way = "up" if number > 0 else "down"
        return t(self.lang, f"change_{way}_{self.form.change}", number=size)

    def _with_unit(self, number: str) -> str:
        if not self.unit:
            return number
        close = self.lang == "zh-CN" or self.unit in NO_SPACE_BEFORE
        return t(self.lang, "value" if close else "value_spaced", number=number, unit=self.unit)
