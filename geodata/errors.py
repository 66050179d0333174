"""One error class per thing an operator can put right."""

from __future__ import annotations

from collections.abc import Iterable


class GeodataError(Exception):
    """Base of all errors that an operator can put right; the text says how.

    Parameters
    ----------
    message : str
        What is wrong and where: file, row, column.
    fix : str
        What the operator does about it.
    """

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}\n  fix: {self.fix}" if self.fix else self.message


class PlanError(GeodataError):
    """A plan is asked for where there is none, or nothing it could be held against."""


class SourceError(GeodataError):
    """A source folder or a file in it cannot be read."""


class SchemaError(GeodataError):
    """A table lacks a column, or a column holds what it must not."""


class CrsError(GeodataError):
    """A layer has no, or the wrong, coordinate reference system."""


class BoundaryError(GeodataError):
    """Polygons that cannot be made one nested coverage."""


class AreaError(GeodataError):
    """The hierarchy of areas is broken, or a code is unknown."""


class StandardError(GeodataError):
    """A service standard is incomplete or contradicts itself."""


class CheckError(GeodataError):
    """A source has findings of severity error; nothing was published.

    Attributes
    ----------
    findings : tuple of Finding
        All findings, warnings included.
    """

    def __init__(self, message: str, fix: str = "", findings: Iterable = ()) -> None:
        super().__init__(message, fix)
        self.findings = tuple(findings)


class StoreError(GeodataError):
    """A store of swipes is in use, damaged, or was made for another source."""


class ProtectionError(GeodataError):
    """Hidden cells can be worked out, and there is nothing left to hide against it."""


class ReleaseError(GeodataError):
    """A release is missing, damaged or of another schema version."""
