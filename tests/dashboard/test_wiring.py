"""Contract of the callbacks: known ids, one writer for each property, no script in strings."""

from __future__ import annotations

from collections import Counter

import pytest
from dash import Dash

from dashboard import ids
from dashboard.app import create_app
from dashboard.components.skeleton import skeleton
from dashboard.releases import Releases
from dashboard.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Dash:
    """An application without a release: wiring needs none."""
    folder = tmp_path_factory.mktemp("releases")
    return create_app(Settings(releases=folder), Releases(folder))


def callbacks(app: Dash) -> list[dict]:
    app.server.test_client().get("/_dash-dependencies")
    return app._callback_list


def outputs(callback: dict) -> list[str]:
    text = callback["output"]
    if callback.get("no_output"):
        return []
    return text.strip(".").split("...") if text.startswith("..") else [text]


def known_ids() -> set[str]:
    return {component.id for component in skeleton()._traverse() if getattr(component, "id", None)}


def test_every_callback_id_is_in_the_skeleton(app):
    known = known_ids()
    for callback in callbacks(app):
        parts = [*callback["inputs"], *callback["state"]]
        named = {part["id"] for part in parts} | {o.rpartition(".")[0] for o in outputs(callback)}
        assert named <= known, named - known


def test_every_name_in_ids_is_used_once():
    values = [value for name, value in vars(ids).items() if name.isupper()]
    assert [value for value, count in Counter(values).items() if count > 1] == []


def test_one_writer_for_each_property(app):
    counts = Counter(output for callback in callbacks(app) for output in outputs(callback))
    assert [output for output, count in counts.items() if count > 1] == []


def test_only_the_reducer_writes_state_address_and_controls(app):
    guarded = {
        ids.VIEW_STATE,
        ids.SCENE,
        ids.ADDRESS,
        ids.MEASURE,
        ids.CATEGORY,
        ids.AGE,
        ids.LEVEL,
        ids.PERIOD,
        ids.CLASSES,
        ids.BREAKS,
        ids.POINTS,
        ids.TAB,
    }
    writers = [
        callback["output"]
        for callback in callbacks(app)
        if guarded & {output.rpartition(".")[0] for output in outputs(callback)}
    ]
    assert len(writers) == 1


def test_scripts_are_named_functions(app):
    assert app._inline_scripts == []


def test_a_second_application_is_independent(app, tmp_path):
    second = create_app(Settings(releases=tmp_path, prefix="/atlas/"), Releases(tmp_path))
    assert len(callbacks(second)) == len(callbacks(app))
    assert second.server.test_client().get("/atlas/healthz").status_code == 200
