"""The application for a WSGI server: `gunicorn --preload dashboard.wsgi:app`."""

from __future__ import annotations

from dashboard.app import create_app
from dashboard.releases import Releases
from dashboard.settings import Settings

settings = Settings.from_environment()
app = create_app(settings, Releases(settings.releases)).server
