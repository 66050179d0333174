"""Settings from the environment: defaults, what is read, and errors that say what to do."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from dashboard.settings import LANGUAGES, Settings, SettingsError
from dashboard.text import LANGUAGES as TEXT_LANGUAGES


def test_an_empty_environment_gives_the_documented_defaults():
    found = Settings.from_environment({})
    assert found == Settings("127.0.0.1", 8050, Path("var/releases"), "'self'", "zh-CN", "/")


def test_every_variable_is_read():
    found = Settings.from_environment(
        {
            "ATLAS_HOST": "0.0.0.0",
            "ATLAS_PORT": "9000",
            "ATLAS_RELEASES": "some/where",
            "ATLAS_FRAME_ANCESTORS": "'self'  https://portal.example.cn:8443",
            "ATLAS_LANG": "en",
            "ATLAS_PREFIX": "/atlas/v1/",
            "ATLAS_SCOPE_SECRET": "x" * 32,
            "UNRELATED": "x",
        }
    )
    assert found == Settings(
        "0.0.0.0",
        9000,
        Path("some/where"),
        "'self' https://portal.example.cn:8443",
        "en",
        "/atlas/v1/",
        "x" * 32,
    )


def test_blank_means_default():
    assert Settings.from_environment({"ATLAS_PORT": "  ", "ATLAS_LANG": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ATLAS_PORT", "0", "1 to 65535"),
        ("ATLAS_PORT", "65536", "1 to 65535"),
        ("ATLAS_PORT", "80.5", "1 to 65535"),
        ("ATLAS_PORT", "-80", "1 to 65535"),
        ("ATLAS_PORT", "８０", "1 to 65535"),
        ("ATLAS_PORT", "9" * 5000, "1 to 65535"),
        ("ATLAS_HOST", "a host", "host name"),
        ("ATLAS_LANG", "fr", "zh-CN or en"),
        ("ATLAS_PREFIX", "atlas", "starts and ends"),
        ("ATLAS_PREFIX", "/atlas", "starts and ends"),
        ("ATLAS_PREFIX", "/a b/", "starts and ends"),
        ("ATLAS_PREFIX", "//evil/", "starts and ends"),
        ("ATLAS_FRAME_ANCESTORS", "self", None),
        ("ATLAS_FRAME_ANCESTORS", "'none' https://a.cn", "'none'"),
        ("ATLAS_FRAME_ANCESTORS", "https://a.cn; script-src *", "'none'"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(name, value, says):
    if says is None:  # a bare word is a host name: allowed, if seldom meant
        assert Settings.from_environment({name: value}).frame_ancestors == value
        return
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)
    assert says in str(caught.value)


def test_a_file_is_no_releases_folder(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SettingsError, match="ATLAS_RELEASES"):
        Settings.from_environment({"ATLAS_RELEASES": str(file)})


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1


def test_settings_and_texts_know_the_same_languages():
    assert LANGUAGES == TEXT_LANGUAGES
