"""Immutable releases on disk: build, publish in one step, list, open, verify, roll back."""

from geodata.release.audit import MonthAudit, audit_release
from geodata.release.build import build_release
from geodata.release.publish import (
    current_release,
    list_releases,
    open_release,
    rollback,
    verify_release,
)

__all__ = [
    "MonthAudit",
    "audit_release",
    "build_release",
    "current_release",
    "list_releases",
    "open_release",
    "rollback",
    "verify_release",
]
