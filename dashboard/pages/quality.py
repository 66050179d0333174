"""The data quality page: the release, its source, what did not match, what the checks found."""

from __future__ import annotations

import pandas as pd
from dash import html

from dashboard.components.header import brand
from dashboard.components.links import address
from dashboard.dataset import Dataset
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import date_name, t
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.disclosure_rule import DisclosureRule

MAX_ROWS = 200


def quality_page(dataset: Dataset, search: str, settings: Settings, releases: Releases) -> html.Div:
    """Readable from top to bottom by the person who loaded the data."""
    state = parse_view(search, dataset, settings.lang)
    lang = state.lang
    other = "zh-CN" if lang == "en" else "en"
    bar = [
        brand(lang, settings.prefix),
        html.Nav(
            [
                html.A(t(lang, "quality_back"), href=address(settings.prefix, f"lang={lang}")),
                html.A(t(lang, "other_language"), href=f"?lang={other}", className="lang"),
            ],
            className="links push",
        ),
    ]
    sections = [
        _release(dataset, lang),
        _synthetic(dataset, lang),
        _join_report(dataset, lang),
        _findings(dataset, lang),
        _history(releases, dataset, lang),
    ]
    notes = build_view(dataset, state).notes
    papers = html.Footer(html.Span(notes.papers, className="approval"), className="foot")
    title = html.H1(t(lang, "quality_title"))
    main = html.Main([title, *filter(None, sections), papers], className="quality")
    return html.Div([html.Header(bar, className="topbar"), main], className="atlas", lang=lang)


def _section(title: str, *parts) -> html.Section:
    return html.Section([html.H2(title), *parts])


def _release(dataset: Dataset, lang: str) -> html.Section:
    manifest = dataset.manifest
    suffix = "en" if lang == "en" else "zh"
    rule = DisclosureRule.from_manifest(manifest["rules"]["disclosure"])
    population = manifest["population"]
    base = t(lang, f"base_{population['base']}")
    periods = f"{dataset.periods[0]} – {dataset.periods[-1]} ({len(dataset.periods)})"
    standards = [getattr(s, f"name_{suffix}") for s in dataset.standards.values()]
    rows = (
        ("release", dataset.release_id),
        ("source", manifest.get(f"source_{suffix}", "")),
        ("data_date", date_name(lang, manifest["data_date"])),
        ("periods", periods),
        ("base", f"{base} · {date_name(lang, population['as_of'])}"),
        ("standards", "; ".join(standards) or "—"),
        ("rules", rule_versions(manifest["rules"])),
        ("rows", ", ".join(f"{name} {count:,}" for name, count in manifest["rows"].items())),
    )
    terms = [part for key, text in rows for part in (html.Dt(t(lang, key)), html.Dd(text))]
    privacy = (
        html.P(t(lang, "privacy_rule", k=rule.k), className="mt-2 mb-0"),
        html.P(t(lang, f"proof_{rule.proof}"), className="mb-0"),
    )
    return _section(t(lang, "quality_release"), html.Dl(terms), *privacy)


def rule_versions(rules: dict) -> str:
    """One line such as `disclosure 1, standards 2026-1`."""
    return ", ".join(f"{name} {rule.get('version', '')}".strip() for name, rule in rules.items())


def _synthetic(dataset: Dataset, lang: str) -> html.Section | None:
    if not dataset.manifest["synthetic"]:
        return None
    text = html.P(t(lang, "quality_synthetic_text"), className="mb-0")
    return _section(t(lang, "quality_synthetic"), text)


def _join_report(dataset: Dataset, lang: str) -> html.Section:
    frame = dataset.join_report()
    title = t(lang, "quality_join")
    lead = html.P(t(lang, "quality_join_lead"))
    if frame.empty:
        return _section(title, lead, html.P(t(lang, "quality_join_clean"), className="ok"))
    frame = frame.assign(side=[t(lang, f"side_{side}") for side in frame["side"]])
    return _section(title, lead, *table(frame, ("table", "side", "key", "rows", "note"), lang))


def _findings(dataset: Dataset, lang: str) -> html.Section:
    frame = dataset.findings()
    title = t(lang, "quality_findings")
    if frame.empty:
        return _section(title, html.P(t(lang, "quality_findings_clean"), className="ok"))
    frame = frame.assign(fix=frame["fix_en" if lang == "en" else "fix_zh"])
    columns = ("severity", "table", "check", "rows", "example", "fix")
    return _section(title, *table(frame, columns, lang))


def _history(releases: Releases, dataset: Dataset, lang: str) -> html.Section:
    frame = pd.DataFrame(releases.history(), columns=["id", "time", "action"])
    frame = frame.rename(columns={"id": "release"})
    known = {"published", "rolled back"}
    frame["time"] = [str(time)[:16].replace("T", " ") + " UTC" for time in frame["time"]]
    frame["action"] = [
        t(lang, f"action_{action.replace(' ', '_')}") if action in known else action
        for action in frame["action"]
    ]
    return _section(t(lang, "quality_releases"), *table(frame, ("release", "time", "action"), lang))


def table(frame: pd.DataFrame, columns: tuple[str, ...], lang: str) -> list:
    """A plain HTML table of the first rows, and how many were left out."""
    head = html.Thead(html.Tr([html.Th(t(lang, f"th_{name}"), scope="col") for name in columns]))
    rows = frame[list(columns)].head(MAX_ROWS).itertuples(index=False)
    body = html.Tbody([html.Tr([_cell(n, v, lang) for n, v in zip(columns, row)]) for row in rows])
    parts: list = [html.Table([head, body], className="plain")]
    if len(frame) > MAX_ROWS:
        parts.append(html.P(t(lang, "more_rows", count=len(frame) - MAX_ROWS), className="note"))
    return parts


def _cell(column: str, value: object, lang: str) -> html.Td:
    if column == "severity":
        return html.Td(t(lang, f"severity_{value}"), className=f"severity-{value}")
    if column == "rows":
        return html.Td(f"{int(value):,}", className="n")
    return html.Td("" if value is None else str(value))
