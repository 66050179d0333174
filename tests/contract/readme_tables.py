"""The tables of the README that come from the code: data contract, measures, settings, URL keys.

`python -m tests.contract.readme_tables` writes them into README.md between their marks; a test
fails when they are out of date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from geodata.schema import CATEGORIES, TABLES

README = Path(__file__).parents[2] / "README.md"


def data_contract() -> str:
    """One Markdown table for each source table."""
    parts = []
    for table in TABLES.values():
        lines = [
            f"**{table.name}**, key: {', '.join(f'`{name}`' for name in table.key)}",
            "",
            "| column | type | unit | required | example |",
            "|---|---|---|---|---|",
        ]
        for column in table.columns:
            kind = column.kind
            if column.choices and column.choices != tuple(c.code for c in CATEGORIES):
                kind = " \\| ".join(column.choices[:6]) + (" …" if len(column.choices) > 6 else "")
            elif column.choices:
                kind = "category"
            required = "yes" if column.required else ""
            example = f"`{column.example}`" if column.example else ""
            lines.append(f"| `{column.name}` | {kind} | {column.unit} | {required} | {example} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def categories() -> str:
    """The categories of use."""
    rows = [
        f"| `{c.code}` | {c.zh} | {c.en} | {'yes' if c.has_sites else ''} |" for c in CATEGORIES
    ]
    return "\n".join(["| code | 中文 | English | has sites |", "|---|---|---|---|", *rows])


def measures() -> str:
    """Every measure with its formula in words, unit, base and finest level."""
    from geodata.measures import MEASURES

    rows = [
        f"| `{m.key}` | {m.text_zh['name']} | {m.text_en['name']} | {m.text_en['formula']} "
        f"| {m.unit} | {m.text_en['base']} | {m.levels_from} |"
        for m in MEASURES.values()
    ]
    head = "| key | 中文 | English | formula | unit | base | finest level |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows])


def raw_contract() -> str:
    """One Markdown table for each raw table."""
    from geodata.swipes.raw import RAW_TABLES

    parts = []
    for name, fields in RAW_TABLES.items():
        lines = [f"**{name}**", "", "| field | type | required | example | note |"]
        lines.append("|---|---|---|---|---|")
        for field in fields:
            kind = " \\| ".join(field.choices[:10]) if field.choices else field.kind
            kind = "category" if field.name == "category" else kind
            required = "yes" if field.required else ""
            example = f"`{field.example}`" if field.example else ""
            lines.append(f"| `{field.name}` | {kind} | {required} | {example} | {field.note} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def quarantine_reasons() -> str:
    """Why a raw row is set aside, and what to do about it."""
    from geodata.swipes.raw import REASONS

    rows = [f"| `{reason}` | {zh} | {en} |" for reason, (zh, en) in REASONS.items()]
    return "\n".join(["| reason | 中文 | English |", "|---|---|---|", *rows])


SECTIONS: dict[str, Callable[[], str]] = {
    "data contract": data_contract,
    "categories": categories,
    "measures": measures,
    "raw data contract": raw_contract,
    "quarantine reasons": quarantine_reasons,
}


def marked_part(text: str, section: str) -> re.Match:
    """The part of the README between the marks of a section."""
    found = re.search(
        rf"(<!-- {section}: from the code -->\n)(.*?)(\n<!-- end -->)", text, re.DOTALL
    )
    if not found:
        raise ValueError(f"README.md has no marks for {section!r}")
    return found


def main() -> None:
    """Write all sections into the README."""
    text = README.read_text("utf-8")
    for section, write in SECTIONS.items():
        part = marked_part(text, section)
        text = text[: part.start(2)] + write() + text[part.end(2) :]
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
