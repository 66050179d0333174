"""Who may see what: every route and every callback with data, with and without a scope."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tempfile
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from dash import Dash

from dashboard import ids
from dashboard.__main__ import main
from dashboard.access import COOKIE, HEADER, RefusedError, Scope, read_scope, sign_scope
from dashboard.app import create_app
from dashboard.callbacks.view_state import CONTROL_EVENTS
from dashboard.components.controls import control_props
from dashboard.current_view import CurrentView
from dashboard.dataset import Dataset
from dashboard.exports.short_code import encode_view
from dashboard.exports.writers import WRITERS
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t
from dashboard.view_state import parse_view

SECRET = "a secret of the portal and the atlas"
INSIDE, BELOW = "area=110101", "area=110101001"
OUTSIDE = ("area=jjj", "area=11", "area=110105", "area=13", "area=131003001")
LATER = datetime.now(UTC) + timedelta(hours=1)
# Every route of the application: what has data needs a scope, the rest is for everybody.
PUBLIC = {
    *("/static/<path:filename>", "/assets/<path:filename>", "/_favicon.ico", "/_reload-hash"),
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    *("/_dash-layout", "/_dash-dependencies", "/", "/<path:path>", "/healthz", "/readyz"),
    *("/vendor/bootstrap-2.6.0.css", "/geometry/<name>"),
}
GUARDED = {
    *("/export", "/export/<kind>.<ending>", "/open/<code>", "/data/providers"),
    *("/jobs/<number>", "/jobs/<number>/stop", "/jobs/<number>/file"),
    "/_dash-update-component",
}


def token(areas=("110101",), level="community", *, until=LATER, secret=SECRET, user="") -> str:
    return sign_scope(Scope(tuple(areas), level, user), secret, until)


@pytest.fixture(scope="module")
def app(grid_releases, tmp_path_factory) -> Dash:
    """An application with a secret, whose jobs go with the test."""
    settings = Settings(releases=grid_releases, scope_secret=SECRET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("jobs")))
        return create_app(settings, Releases(grid_releases))


@pytest.fixture
def client(app):
    """A client without any cookie."""
    return app.server.test_client()


@pytest.fixture(scope="module")
def dataset(grid_release) -> Dataset:
    """The grid release."""
    return Dataset.open(grid_release)


def headers(*areas: str, level: str = "community", user: str = "") -> dict[str, str]:
    return {HEADER: token(areas or ("110101",), level, user=user)}


# -- the token ----------------------------------------------------------------------------------


def signed_by_hand(claims: dict, secret: str = SECRET, algorithm: str = "HS256") -> str:
    """A JSON Web Token as RFC 7519 describes it, written apart from any library."""

    def pack(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    head = pack(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    body = f"{head}.{pack(json.dumps(claims).encode())}"
    if algorithm == "none":
        return f"{body}."
    return f"{body}.{pack(hmac.digest(secret.encode(), body.encode(), hashlib.sha256))}"


def test_a_token_of_any_portal_is_read():
    claims = {"areas": ["11", "131003"], "level": "district", "exp": int(LATER.timestamp())}
    scope, until = read_scope(signed_by_hand(claims | {"sub": "wang"}), SECRET)
    assert scope == Scope(("11", "131003"), "district", "wang")
    assert until == LATER.replace(microsecond=0)


GOOD = {"areas": ["11"], "level": "district", "exp": int(LATER.timestamp())}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "rubbish",
        "a.b.c",
        token(secret="another secret of 32 characters and more"),
        token(until=datetime.now(UTC) - timedelta(seconds=1)),
        signed_by_hand(GOOD, algorithm="none"),
        signed_by_hand({**GOOD, "areas": []}),
        signed_by_hand({**GOOD, "areas": "11"}),
        signed_by_hand({**GOOD, "areas": [11]}),
        signed_by_hand({**GOOD, "level": "house"}),
        signed_by_hand({**GOOD, "exp": 10**20}),
        signed_by_hand({k: v for k, v in GOOD.items() if k != "exp"}),
        signed_by_hand({k: v for k, v in GOOD.items() if k != "areas"}),
        signed_by_hand({k: v for k, v in GOOD.items() if k != "level"}),
    ],
)
def test_anything_else_is_no_scope(client, wrong):
    with pytest.raises(RefusedError):
        read_scope(wrong, SECRET)
    answer = client.get("/export/table.csv?area=11", headers={HEADER: wrong} if wrong else {})
    assert answer.status_code == 403
    assert t("zh-CN", "refused_no_scope") in answer.text
    assert t("en", "refused_no_scope") in answer.text


def test_the_scope_holds_its_areas_and_what_is_inside(dataset):
    scope = Scope(("110101", "13"), "subdistrict")
    held = {code for p, code in enumerate(dataset.tree.codes) if scope.holds(dataset, p)}
    assert held == {c for c in dataset.tree.codes if c.startswith(("110101", "13"))}


def test_an_unknown_code_does_not_widen_the_scope(dataset):
    assert not Scope(("110199", "110"), "community").holds(dataset, dataset.tree.find("11"))


# -- routes -------------------------------------------------------------------------------------


def test_every_route_is_known_to_this_test(app):
    rules = {rule.rule for rule in app.server.url_map.iter_rules()}
    assert rules == PUBLIC | GUARDED


PLAN = "&measure=gap_people&category=meals&plan=a:meals,116.02,39.98,50"


def addresses(dataset: Dataset, query: str) -> list[str]:
    """Every address that gives data of a view."""
    code = encode_view(parse_view(query, dataset), dataset)
    exports = [
        f"/export/{kind}.{ending}?{query}{PLAN if kind == 'plan' else ''}"
        for kind, ending in WRITERS
    ]
    return [f"/export?{query}", *exports, f"/open/{code}", f"/data/providers?{query}"]


@pytest.mark.parametrize("query", OUTSIDE)
def test_routes_refuse_what_is_outside_and_say_so(client, dataset, query):
    name = dataset.names("zh-CN")[dataset.tree.find(parse_view(query, dataset).area)]
    for address in addresses(dataset, query):
        answer = client.get(address, headers=headers())
        assert answer.status_code == 403, address
        assert t("zh-CN", "refused_area") in answer.text
        assert t("en", "refused_area") in answer.text
        assert name not in answer.text
        assert client.get(address).status_code == 403, "nothing without a scope"
    assert client.post(f"/export/atlas.pdf?{query}", headers=headers()).status_code == 403


@pytest.mark.parametrize("query", [INSIDE, BELOW, "area=110101&level=community"])
def test_routes_give_what_is_inside(client, dataset, query):
    for address in addresses(dataset, query):
        if "atlas.pdf" in address and query == BELOW:
            continue  # there is none inside a district
        answer = client.get(address, headers=headers())
        assert answer.status_code in (200, 302), address


def test_without_a_secret_everybody_sees_everything(grid_releases, dataset):
    app = create_app(Settings(releases=grid_releases), Releases(grid_releases))
    for address in (f"/export/table.csv?{OUTSIDE[0]}", f"/data/providers?{OUTSIDE[0]}"):
        assert app.server.test_client().get(address).status_code == 200


def test_the_finest_level_holds_for_tables_briefs_and_atlas(client):
    own = headers("11", level="subdistrict")
    assert client.get("/export/table.csv?area=11&level=subdistrict", headers=own).status_code == 200
    assert client.get("/export/brief.pdf?area=11", headers=own).status_code == 200
    for query in ("area=11&level=community", "area=110101&level=community", BELOW):
        assert client.get(f"/export/table.csv?{query}", headers=own).status_code == 403, query
    coarse = headers("11", level="district")
    assert client.get("/export/table.csv?area=11", headers=coarse).status_code == 200
    assert client.get("/export/brief.pdf?area=11", headers=coarse).status_code == 200
    # A district's own children are subdistricts: neither it nor an atlas of briefs is opened.
    assert client.get("/export/brief.pdf?area=110101", headers=coarse).status_code == 403
    assert client.get("/export/atlas.pdf?area=11", headers=coarse).status_code == 403
    assert client.post("/export/atlas.pdf?area=11", headers=coarse).status_code == 403


def test_an_address_without_an_area_begins_at_home(client):
    answer = client.get("/export/table.csv", headers=headers())
    assert answer.status_code == 200
    codes = [line.split(",")[0].strip() for line in answer.text.splitlines()[1:]]
    assert codes
    assert all(code.startswith("110101") for code in codes)


def test_a_scope_of_the_whole_region_begins_with_the_region(client):
    for areas in (("jjj",), ("11", "jjj")):
        answer = client.get("/export/table.csv", headers=headers(*areas))
        codes = [line.split(",")[0].strip() for line in answer.text.splitlines()[1:]]
        assert {code[:2] for code in codes} == {"11", "13"}


def test_a_job_is_for_its_user_and_within_the_scope(client, monkeypatch, grid_releases):
    monkeypatch.setenv("ATLAS_RELEASES", str(grid_releases))
    own = headers("110101", user="wang")
    answer = client.post("/export/atlas.pdf?area=110101", headers=own)
    assert answer.status_code == 303
    job = answer.headers["Location"]
    others = {
        404: (headers("110101", user="li"), headers("110101")),
        403: (headers("110105", user="wang"), {}),
    }
    for address, method in ((job, "get"), (f"{job}/file", "get"), (f"{job}/stop", "post")):
        for status, strangers in others.items():
            for stranger in strangers:
                found = getattr(client, method)(address, headers=stranger)
                assert found.status_code == status, address
    assert client.get(job, headers=own).status_code == 200
    assert client.post(f"{job}/stop", headers=own).status_code == 303


def test_the_job_of_a_whole_region_is_not_taken_for_the_own_area(
    app, grid_releases, tmp_path, monkeypatch
):
    """The region's address names no area: for a scoped user that means his own one, here not."""
    monkeypatch.setenv("ATLAS_RELEASES", str(grid_releases))
    client = app.server.test_client()
    answer = client.post("/export/atlas.pdf", headers=headers("jjj", user="zhao"))
    job = answer.headers["Location"]
    assert client.get(job, headers=headers("jjj", user="zhao")).status_code == 200
    assert client.get(job, headers=headers("110101", user="zhao")).status_code == 403
    client.post(f"{job}/stop", headers=headers("jjj", user="zhao"))


def test_the_query_of_a_job_is_not_taken_for_the_own_area(app, grid_releases):
    settings = Settings(releases=grid_releases, scope_secret=SECRET)
    current = CurrentView(settings, Releases(grid_releases))
    with app.server.test_request_context(headers=headers()):
        assert current("").state.area == "110101"
        with pytest.raises(RefusedError):
            current.of_job("")
    with app.server.test_request_context(headers=headers("jjj")):
        assert current.of_job("").state.area == "jjj"


# -- cookie -------------------------------------------------------------------------------------


def test_a_scope_in_the_address_is_kept_for_what_the_page_asks_later(client):
    address = f"/embed?{INSIDE}&scope={token()}"
    assert client.get(address).status_code == 200
    cookie = client.get_cookie(COOKIE)
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert client.get(f"/export/table.csv?{INSIDE}").status_code == 200
    assert client.get("/export/table.csv?area=110105").status_code == 403


def test_over_https_the_cookie_works_inside_another_site(client):
    answer = client.get(f"/embed?scope={token()}", headers={"X-Forwarded-Proto": "https"})
    said = answer.headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned"):
        assert part in said


def test_a_wrong_token_is_not_kept(client):
    client.get("/embed?scope=rubbish")
    assert client.get_cookie(COOKIE) is None


def test_the_proxys_header_stands_above_address_and_cookie(client):
    client.get(f"/embed?scope={token(('jjj',))}")
    address = f"/export/table.csv?area=11&scope={token(('jjj',))}"
    assert client.get(address).status_code == 200
    assert client.get(address, headers=headers()).status_code == 403


# -- pages and callbacks ------------------------------------------------------------------------


def values_of(current: CurrentView, query: str) -> dict[str, object]:
    """What every input and state would hold on a page that shows `query`."""
    view = current(query)
    props = control_props(view)
    return {
        **{f"{name}.value": props[name, "value"] for name in CONTROL_EVENTS},
        f"{ids.ROUTE}.pathname": "/",
        f"{ids.ROUTE}.search": f"?{query}",
        f"{ids.ADDRESS}.data": f"?{query}",
        f"{ids.VIEW_STATE}.data": query,
        f"{ids.SCENE}.data": query,
        f"{ids.MAP_EVENT}.data": None,
        f"{ids.MAP_READY}.data": 1,
        **{f"{name}.n_clicks": 1 for name in (ids.SITING_START, ids.SITING_STOP)},
        f"{ids.SITING_TICK}.n_intervals": 1,
        **{f"{name}.data": None for name in (ids.SITING_JOB, ids.SITING_PLAN)},
        f"{ids.SITING_GOAL}.value": "people",
        f"{ids.SITING_COUNT}.value": 2,
        **{f"{name}.value": None for name in (ids.SITING_PLACES, ids.SITING_LIST, ids.PLAN_PLACES)},
        f"{ids.SEARCH}.value": "街道",
        f"{ids.TABLE}.getRowsRequest": {"startRow": 0, "endRow": 100},
    }


def call(client, callback: dict, values: dict, own: dict | None = None, changed: str = "") -> dict:
    """The answer to one callback as the browser asks for it."""
    fill = [
        [{**p, "value": values[f"{p['id']}.{p['property']}"]} for p in callback[kind]]
        for kind in ("inputs", "state")
    ]
    first = callback["inputs"][0]
    written = callback["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), name.rsplit(".", 1))) for name in written]
    body = {
        "output": callback["output"],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": fill[0],
        "state": fill[1],
        "changedPropIds": [changed or f"{first['id']}.{first['property']}"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=own or {})
    return answer.get_json() if answer.status_code == 200 else {}


@pytest.fixture(scope="module")
def callbacks(app) -> list[dict]:
    """All callbacks that the server answers."""
    found = app.server.test_client().get("/_dash-dependencies").get_json()
    return [callback for callback in found if not callback["clientside_function"]]


@pytest.fixture(scope="module")
def unguarded(grid_releases) -> CurrentView:
    """What is on the screen, whoever looks."""
    return CurrentView(Settings(releases=grid_releases), Releases(grid_releases))


def test_callbacks_give_what_is_inside(client, callbacks, unguarded):
    values = values_of(unguarded, INSIDE)
    for callback in callbacks:
        answer = call(client, callback, values, headers())
        if callback["output"].startswith(f"..{ids.VIEW_STATE}"):
            continue  # nothing changed; see below
        assert answer["response"], callback["output"]


@pytest.mark.parametrize("query", ["area=jjj", "area=110105", "area=131003001"])
@pytest.mark.parametrize("own", [{}, headers()])
def test_callbacks_give_nothing_of_what_is_outside(client, callbacks, unguarded, query, own):
    values = values_of(unguarded, query)
    secret = [text for text in unguarded(query).names if len(text) > 2]
    for callback in callbacks:
        answer = call(client, callback, values, own)
        said = json.dumps(answer, ensure_ascii=False)
        assert not [name for name in secret if name in said], callback["output"]
        if callback["output"] == f"{ids.PAGE}.children":
            continue  # the page that says so, see below
        assert not answer.get("response"), callback["output"]
        key = "refused_area" if own else "refused_no_scope"
        assert t("zh-CN", key) in said, callback["output"]


@pytest.mark.parametrize("path", ["/", "/embed", "/quality"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_pages_refuse_in_both_languages(client, callbacks, unguarded, path, lang):
    router = next(c for c in callbacks if c["output"] == f"{ids.PAGE}.children")
    values = values_of(unguarded, "area=13") | {f"{ids.ROUTE}.pathname": path}
    said = json.dumps(call(client, router, values, headers()), ensure_ascii=False)
    assert t(lang, "refused_area") in said
    assert "河北" not in said
    said = json.dumps(call(client, router, values), ensure_ascii=False)
    assert t(lang, "refused_no_scope") in said


def test_the_quality_page_is_for_those_who_see_everything(client, callbacks, unguarded, dataset):
    router = next(c for c in callbacks if c["output"] == f"{ids.PAGE}.children")
    values = values_of(unguarded, "") | {f"{ids.ROUTE}.pathname": "/quality"}
    for own, open_to in ((headers("jjj"), True), (headers("jjj", level="district"), False)):
        said = json.dumps(call(client, router, values, own), ensure_ascii=False)
        assert (dataset.release_id in said) is open_to


def test_the_first_page_of_a_scoped_user_is_his_own_area(client, callbacks, unguarded):
    router = next(c for c in callbacks if c["output"] == f"{ids.PAGE}.children")
    values = values_of(unguarded, "") | {f"{ids.ROUTE}.search": ""}
    said = json.dumps(call(client, router, values, headers()), ensure_ascii=False)
    assert "东城区各街道和乡镇" in said


def test_search_finds_only_what_may_be_opened(client, callbacks, unguarded):
    search = next(c for c in callbacks if c["output"] == f"{ids.SEARCH_HITS}.children")

    def codes(text: str, own: dict) -> set[str]:
        values = values_of(unguarded, INSIDE) | {f"{ids.SEARCH}.value": text}
        answer = call(client, search, values, own)["response"][ids.SEARCH_HITS]["children"]
        return {hit["props"].get("data-code", "") for hit in answer}

    assert codes("街道", headers()) == {f"11010100{i}" for i in range(1, 10)}
    assert codes("朝阳", headers()) == {""}, "one line that says so"
    assert "110105" in codes("朝阳", headers("110101", "11"))
    assert codes("街道", headers("110101", level="subdistrict")) == {""}, "too fine to open"


def test_the_reducer_stays_where_the_user_may_be(client, callbacks, unguarded):
    """Going up, or to a level too fine: controls and address go back, and a sentence says why."""
    reducer = next(c for c in callbacks if c["output"].startswith(f"..{ids.VIEW_STATE}"))
    changes = {
        f"{ids.MAP_EVENT}.data": {"kind": "up", "n": 1},
        f"{ids.LEVEL}.value": "community",
        f"{ids.ADDRESS}.data": "?area=11",
    }
    for name, value in changes.items():
        values = values_of(unguarded, INSIDE) | {name: value}
        answer = call(client, reducer, values, headers(level="subdistrict"), changed=name)
        written = answer["response"]
        assert dict(parse_qsl(written[ids.VIEW_STATE]["data"])) == {"area": "110101"}
        assert written[ids.ADDRESS]["data"] == "?area=110101"
        assert written[ids.LEVEL]["value"] == "subdistrict"
        assert t("en", "refused_area") in json.dumps(answer)


# -- the command --------------------------------------------------------------------------------


def test_the_command_signs_what_can_be_opened(grid_releases, monkeypatch, capsys):
    monkeypatch.setenv("ATLAS_RELEASES", str(grid_releases))
    assert main(["scope", "--areas", "110101"]) == 2
    assert "ATLAS_SCOPE_SECRET" in capsys.readouterr().err
    monkeypatch.setenv("ATLAS_SCOPE_SECRET", SECRET)
    assert main(["scope", "--areas", "110101,13", "--level", "subdistrict", "--user", "x"]) == 0
    scope, until = read_scope(capsys.readouterr().out.strip(), SECRET)
    assert scope == Scope(("110101", "13"), "subdistrict", "x")
    assert timedelta(hours=11) < until - datetime.now(UTC) < timedelta(hours=13)
    for areas, level in (("110199", "community"), ("110101", "district"), ("", "community")):
        assert main(["scope", "--areas", areas, "--level", level]) == 2
        assert "--areas" in capsys.readouterr().err


def test_a_short_secret_is_refused_and_not_printed(monkeypatch, capsys):
    monkeypatch.setenv("ATLAS_SCOPE_SECRET", "hunter2")
    assert main(["scope", "--areas", "11"]) == 2
    said = capsys.readouterr().err
    assert "ATLAS_SCOPE_SECRET" in said
    assert "hunter2" not in said
    assert SECRET not in repr(Settings(scope_secret=SECRET))
