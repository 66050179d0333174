"""The HTML frame around the application: language and title follow the address."""

from __future__ import annotations

import re

from dash import Dash
from flask import has_request_context, request

LANGUAGES = ("zh-CN", "en")
# The grid's 1.3 MB are not needed to draw the map: assets/map_loading.js fetches them after it.
LATE_SCRIPT = re.compile(r'<script src="([^"]*/dash_ag_grid/[^"]+)"></script>\s*')
FRAME = """<!DOCTYPE html>
<html lang="{lang}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" href="{favicon}">
{css}
</head>
<body>
{app_entry}
<footer class="dash-entry">{config}{scripts}{renderer}</footer>
</body>
</html>"""


class AtlasIndex(Dash):
    """Dash with an index page in the reader's language."""

    def interpolate_index(self, **parts: str) -> str:
        """Fill the frame; the language comes from `?lang=`, else from the settings."""
        wanted = request.args.get("lang", "") if has_request_context() else ""
        lang = wanted if wanted in LANGUAGES else self.settings.lang
        scripts, late = split_late_scripts(parts["scripts"])
        return FRAME.format(
            lang=lang,
            metas=parts["metas"] + late,
            title=parts["title"],
            favicon=self.get_asset_url("mark.svg"),
            css=parts["css"],
            app_entry=parts["app_entry"],
            config=parts["config"],
            scripts=scripts,
            renderer=parts["renderer"],
        )


def split_late_scripts(scripts: str) -> tuple[str, str]:
    """The script tags without those that can wait, and meta tags that name the latter."""
    late = "".join(
        f'<meta name="atlas-late-script" content="{source}">'
        for source in LATE_SCRIPT.findall(scripts)
    )
    return LATE_SCRIPT.sub("", scripts), late
