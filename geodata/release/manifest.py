"""manifest.json: what a release is, what it was made from, and the hash of each of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geodata.coverage import Standards
from geodata.disclosure import DisclosureRule
from geodata.release.hashing import FileHashes
from geodata.release.layout import MANIFEST, Cube
from geodata.schema import AGE_BANDS, SCHEMA_VERSION
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, UPPER_SLOTS
from geodata.source import AGGREGATES, Source

# Raised whenever the same source would give another release, other than by its rules.
BUILD_VERSION = 6


def hash_source(source: Source) -> dict[str, str]:
    """SHA-256 of each file of a source folder by its path in it; other generations left out."""
    paths = sorted(
        path
        for path in source.folder.rglob("*")
        if path.is_file()
        and not any(p.startswith(".") for p in path.parts[-2:])
        and _belongs(path.relative_to(source.folder).parts, source.generation)
    )
    return dict(zip(_names(paths, source.folder), FileHashes().of(paths)))


def _belongs(parts: tuple[str, ...], generation: str | None) -> bool:
    return parts[0] != AGGREGATES or (len(parts) > 2 and parts[1] == generation)


def rules_of(standards: Standards, rule: DisclosureRule) -> dict[str, dict[str, Any]]:
    """The versions of all rules that decide what is published."""
    return {
        "disclosure": rule.to_manifest(),
        "standards": {
            "version": standards.version,
            "date": standards.date,
            "default": standards.default,
            "detour_factor": standards.detour_factor,
        },
        "build": {"version": BUILD_VERSION},
    }


def name_release(last_period: str, sources: Mapping[str, str], rules: Mapping[str, Any]) -> str:
    """<last period>-<8 hexadecimal digits of the hash of sources and rules>."""
    text = json.dumps([SCHEMA_VERSION, dict(sources), dict(rules)], sort_keys=True)
    return f"{last_period}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def build_manifest(
    release_id: str,
    source: Source,
    *,
    periods: list[str],
    standards: Standards,
    sources: Mapping[str, str],
    rows: Mapping[str, int],
    hidden: Mapping[str, int],
    kept_hidden: Mapping[str, Any],
    held_back: Mapping[str, Any],
    misfits: list[str],
    cubes: list[Cube],
) -> dict[str, Any]:
    """The manifest without `files`."""
    config = source.config
    return {
        "schema_version": SCHEMA_VERSION,
        "release_id": release_id,
        **{key: config.get(key, "") for key in ("title_zh", "title_en", "source_zh", "source_en")},
        "synthetic": bool(config.get("synthetic", False)),
        "approval_number": config.get("approval_number", ""),
        "data_date": str(config.get("data_date", "")),
        "created": str(config.get("created", "")),
        "population": {
            "as_of": str(config["population"].get("as_of", "")),
            "base": config["population"].get("base", ""),
        },
        "swipes": {"bus_counted_as": config["swipes"].get("bus_counted_as", "rides")},
        "periods": periods,
        "categories": list(CATEGORY_KEYS),
        "age_bands": list(AGE_BANDS),
        "slots": {
            "community": [list(slot) for slot in COMMUNITY_SLOTS],
            "upper": [list(slot) for slot in UPPER_SLOTS],
        },
        "cubes": {cube.name: {"file": cube.file, **_without_name(cube)} for cube in cubes},
        "standards": [item.id for item in standards.items],
        "rules": rules_of(standards, source.disclosure_rule),
        "rows": dict(sorted(rows.items())),
        "hidden": dict(sorted(hidden.items())),
        **({"kept_hidden": dict(kept_hidden)} if kept_hidden else {}),
        **({"held_back": dict(held_back)} if held_back else {}),
        **({"issued_below_use": misfits} if misfits else {}),
        "sources": dict(sources),
    }


def _without_name(cube: Cube) -> dict[str, Any]:
    return {key: value for key, value in asdict(cube).items() if key != "name"}


def list_files(folder: Path, hashes: FileHashes) -> dict[str, dict[str, Any]]:
    """Hash and size of each file of a release but the manifest."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {
        name: {"sha256": digest, "bytes": path.stat().st_size}
        for path, name, digest in zip(paths, _names(paths, folder), hashes.of(paths))
    }


def _names(paths: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write manifest.json."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
