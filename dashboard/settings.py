"""Settings: the environment, read once, checked, frozen."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("zh-CN", "en")
PREFIX = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")
SECRET_LENGTH = 32
HOST = re.compile(r"[A-Za-z0-9._:-]+")
# One source of a frame-ancestors list: a keyword, a scheme, or a host with optional scheme, port.
ANCESTOR = re.compile(
    r"'self'|'none'|\*|https?:|(?:https?://)?(?:\*\.)?[A-Za-z0-9.-]+(?::(?:\d{1,5}|\*))?"
)


class SettingsError(ValueError):
    """A setting has a value that is not allowed; the text names it and says what is."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name}={value!r} is not allowed; use {allowed}")


@dataclass(frozen=True)
class Settings:
    """What an operator can set.

    Parameters
    ----------
    host : str
        ATLAS_HOST, the address to listen on.
    port : int
        ATLAS_PORT, 1 to 65535.
    releases : Path
        ATLAS_RELEASES, the folder of published releases.
    frame_ancestors : str
        ATLAS_FRAME_ANCESTORS, who may embed: the sources of a CSP frame-ancestors directive.
    lang : str
        ATLAS_LANG, language of a page whose address names none.
    prefix : str
        ATLAS_PREFIX, path before every address behind a proxy; starts and ends with "/".
    scope_secret : str
        ATLAS_SCOPE_SECRET, what the portal signs its users' scopes with; "" for no scopes.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    releases: Path = Path("var/releases")
    frame_ancestors: str = "'self'"
    lang: str = "zh-CN"
    prefix: str = "/"
    scope_secret: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from ATLAS_* variables; what is not set or empty has its default.

        Raises
        ------
        SettingsError
            Naming the variable, its value and what is allowed.
        """
        given = os.environ if environment is None else environment
        readers = {
            "host": ("ATLAS_HOST", _read_host),
            "port": ("ATLAS_PORT", _read_port),
            "releases": ("ATLAS_RELEASES", _read_releases),
            "frame_ancestors": ("ATLAS_FRAME_ANCESTORS", _read_ancestors),
            "lang": ("ATLAS_LANG", _read_lang),
            "prefix": ("ATLAS_PREFIX", _read_prefix),
            "scope_secret": ("ATLAS_SCOPE_SECRET", _read_secret),
        }
        values = {}
        for key, (name, read) in readers.items():
            if text := given.get(name, "").strip():
                values[key] = read(name, text)
        return cls(**values)


def _read_host(name: str, text: str) -> str:
    if not HOST.fullmatch(text):
        raise SettingsError(name, text, "a host name or an address, e.g. 127.0.0.1 or 0.0.0.0")
    return text


def _read_port(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise SettingsError(name, text, "a whole number from 1 to 65535")
    return int(text)


def _read_releases(name: str, text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise SettingsError(name, text, "a folder; this is a file")
    return path


def _read_ancestors(name: str, text: str) -> str:
    parts = text.split()
    wrong = [part for part in parts if not ANCESTOR.fullmatch(part)]
    if wrong or ("'none'" in parts and len(parts) > 1):
        raise SettingsError(
            name, text, "'none', 'self' or sites such as https://portal.example.cn, space-separated"
        )
    return " ".join(parts)


def _read_lang(name: str, text: str) -> str:
    if text not in LANGUAGES:
        raise SettingsError(name, text, " or ".join(LANGUAGES))
    return text


def _read_prefix(name: str, text: str) -> str:
    if not PREFIX.fullmatch(text):
        raise SettingsError(name, text, 'a path that starts and ends with "/", e.g. /atlas/')
    return text


def _read_secret(name: str, text: str) -> str:
    if len(text) < SECRET_LENGTH:
        raise SettingsError(name, "***", f"at least {SECRET_LENGTH} characters that nobody guesses")
    return text
