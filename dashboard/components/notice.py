"""One sentence over the page, in both languages: why nothing happened."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.text import t


def notice(key: str) -> dict[str, Any]:
    """Properties of the notice that says the text of a key."""
    return {"children": html.Span([t("zh-CN", key), " · ", t("en", key)]), "is_open": True}
