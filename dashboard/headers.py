"""Security headers: only this server is ever contacted, only named sites may frame a page."""

from __future__ import annotations

from dash import Dash
from flask import Response

from dashboard.settings import Settings

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_security_policy(frame_ancestors: str, script_hashes: list[str]) -> str:
    """The policy as one header line.

    Dash starts itself with one inline script, which is allowed by its hash. AG Grid and Plotly
    write their styles into the page, so styles may be inline; scripts and requests may not.
    """
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def register_headers(app: Dash, settings: Settings) -> None:
    """Send the headers with every answer; call it after all callbacks are registered."""
    policy = content_security_policy(settings.frame_ancestors, list(app.csp_hashes()))

    @app.server.after_request
    def add_headers(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
