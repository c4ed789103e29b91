"""The public API: what everybody may see, as Open Referral UK, and nothing else, whoever asks and however."""

import asyncio
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from api_schema import asked_strangely, operations
from harvest import BASE, Harvester, exported, ids_of, many_alike
from serving import served

import rosc_map
from hsds_uk_required import DEFINED, problems
from partnerships import TODAY
from rosc_map.exchange.open_referral_documents import ATTRIBUTE_FIELDS, document_bytes, page_documents, service_document
from rosc_map.exchange.open_referral_fields import FIELDS_OF
from rosc_map.exchange.outside.fetching import FetchOptions, fetched_list
from rosc_map.exchange.outside.lists import ReadOptions
from rosc_map.exchange.outside.readers import reader_of
from rosc_map.publish import publish_assets
from rosc_map.records import Asset, Audience
from rosc_map.web.public_answers import Busy, PublicAnswers, Turns
from rosc_map.web.rate_limits import RateLimits

AT_ONCE = FetchOptions(seconds_between=0, inside=True)
"""To ask our own server without the pauses that another's is owed."""
OPEN = {
    "id": "3f2b8c1e-5a0d-4d5e-9c55-0765432189ab",
    "name": "Zqname Café",
    "other_names": "Zqother",
    "organisation": "Zqorganisation Trust",
    "organisation_number": "GB-CHC-7654321",
    "description": "Zqdescription of recovery, beside Zqhouse.",
    "asset_type": "lero",
    "rss_types": "peer_based; community_centre",
    "community_group": "",
    "led_by": "lived_experience",
    "lero_type": "constituted_group",
    "commissions_others": "no",
    "address": "9 Zqaddress Lane, Middlesbrough",
    "postcode": "TS1 2PA",
    "areas_served": "Middlesbrough",
    "attendance": "in_person; online",
    "website": "https://zqwebsite.example.org",
    "email": "zqemail@example.org",
    "phone": "01632 960111",
    "sessions": "Mon 19:07-20:31; 1st Tue 18:00-19:00",
    "access": "drop_in",
    "referral_route": "Zqroute.",
    "for_whom": "women",
    "languages": "Polish; Urdu",
    "cost": "free",
    "accessibility": "step_free",
    "listing": "agreed",
    "verified_on": "2026-03-01",
    "source_url": "https://zqsource.example.org",
    "source_date": "Zqdate",
    "external_ids": "zqlist:1-5",
    "licence": "OGL-UK-3.0",
    "sources": "Import",
    "recorded_by": "V7",
    "notes": "Zqnotes.",
}
BASIS = {"description": "For recovery.", "asset_type": "lero", "listing": "agreed", "location_precision": "exact"}
OTHERS = [
    {**BASIS, "name": "Zqpaused", "status": "paused", "postcode": "TS1 3BA"},
    {**BASIS, "name": "Zqdistrict", "location_precision": "postcode_district", "postcode": "TS1 3BB"},
    {**BASIS, "name": "Zqhome", "asset_type": "recovery_housing", "location_precision": "local_authority",
     "address": "5 Zqroad", "postcode": "TS5 6AA"},
    {**BASIS, "name": "Zqpart", "listing": "restricted", "listing_shows": "name", "phone": "01632 960222"},
    {**BASIS, "name": "Zqunsure", "status": "not_confirmed", "attendance": "online"},
]  # fmt: skip
AWAY = [
    {**BASIS, "name": "Zqnotasked", "listing": "not_asked", "postcode": "TS4 3AA", "address": "1 Zqstreet"},
    {**BASIS, "name": "Zqdeclined", "listing": "declined"},
    {**BASIS, "name": "Zqhouse", "asset_type": "domestic_abuse_refuge", "location_precision": "hidden",
     "address": "4 Zqlane", "postcode": "TS3 8AT"},
    {**BASIS, "name": "Zqunnamed", "listing": "restricted", "listing_shows": "place"},
    {**BASIS, "name": "Zqclosed", "status": "closed"},
    {**BASIS, "name": "Zqlicence", "licence": "unknown", "external_ids": "oruk-zqbristol:1"},
]  # fmt: skip
KEPT = [
    "Zqnotasked", "Zqstreet", "Zqdeclined", "Zqhouse", "Zqlane", "Zqunnamed", "Zqclosed", "Zqlicence", "zqbristol",
    "Zqother", "zqlist", "Zqnotes", "Zqroad", "960222", "TS4 3AA", "TS3 8AT", "TS5 6AA", "TS1 3BB",
]  # fmt: skip


def imported(path, folder, rows):
    with closing(rosc_map.open(path, today=TODAY)) as partnership:
        file = folder / "rows.csv"
        names = list(dict.fromkeys(name for row in rows for name in row))
        cells = [[f'"{row.get(name, "")}"' for name in names] for row in rows]
        file.write_text("\n".join(",".join(line) for line in [names, *cells]), "utf-8")
        partnership.import_(file)


@pytest.fixture(scope="module")
def running(empty_file, tmp_path_factory):
    """A partnership of some that everybody may see and some that they may not."""
    folder = tmp_path_factory.mktemp("api")
    path = Path(shutil.copy(empty_file, folder / "area.gpkg"))
    imported(path, folder, [OPEN, *OTHERS, *AWAY])
    with served(path) as made:
        yield made


@pytest.fixture(scope="module")
def api(running):
    with closing(Harvester(running.url)) as made:
        yield made


@pytest.fixture(scope="module")
def files(running, tmp_path_factory):
    return exported(running.target, tmp_path_factory.mktemp("export") / "out")


@pytest.mark.parametrize("size", [1, 4, 100])
def test_a_harvest_is_the_public_export(api, files, size):
    pages = list(api.pages(size))
    whole = json.loads(files["services/index.json"])
    assert [row for page in pages for row in json.loads(page)["contents"]] == whole["contents"]
    assert {json.loads(page)["total_items"] for page in pages} == {len(OTHERS) + 1}
    for identifier in ids_of(pages):
        assert api.get(f"/services/{identifier}").content == files[f"services/{identifier}.json"]
    if size == 100:
        assert pages == [files["services/index.json"]]


def test_what_is_said_of_it_is_what_the_export_says(api, files):
    root, of_export = api.get("/").json(), json.loads(files["index.json"])
    assert root.pop("openapi_url") == f"{api.base}/openapi.json"
    # Numbers of those who are not named are for a file: here they would tell when somebody is hidden.
    assert not any(letter.isdigit() for note in root.pop("notes") for letter in note)
    assert root == {name: value for name, value in of_export.items() if name not in ("openapi_url", "notes")}


def test_250_services_page_by_page_are_the_public_export(empty_file, tmp_path):
    target = Path(shutil.copy(empty_file, tmp_path / "area.gpkg"))
    imported(target, tmp_path, [OTHERS[0]])
    many_alike(target, 250)
    with closing(rosc_map.open(target, today=TODAY)) as partnership:  # as the export makes them, without its files
        rows = partnership.publish().assets.drop(columns="geometry").to_dict("records")
    whole = [service_document(row) for row in rows]
    with served(target) as made, closing(Harvester(made.url)) as harvester:
        pages = list(harvester.pages(100))
        assert pages == [document_bytes(page) for page in page_documents(whole)]
        assert len(pages) == 3
        for service in whole[::37]:
            assert harvester.get(f"/services/{service['id']}").content == document_bytes(service)


def test_what_is_not_for_everybody_is_nowhere_in_it(running, api):
    said = [api.get(path).text for path in ("/", "/openapi.json", "/services")]
    said += [api.get("/services", search=words).text for words in KEPT]
    said += [api.get(f"/services/{each['id']}").text for each in json.loads(said[2])["contents"]]
    assert [words for words in KEPT if any(words in text for text in said)] == []
    assert "Zqname" in said[2]
    with closing(running.open()) as partnership:
        held = {row["name"]: row["id"] for row in partnership.snapshot().assets.to_dict("records")}
    away = [held[row["name"]] for row in AWAY]
    assert [api.get(f"/services/{each}").status_code for each in [*away, "no-such"]] == [404] * (len(AWAY) + 1)


def test_the_licences_are_said_of_what_is_shown_alone(api):
    root = api.get("").json()
    assert any("Open Government Licence" in line for line in root["licences"])
    assert "bristol" not in json.dumps(root)
    assert any("confidential" in note for note in root["notes"])


def test_who_leaves_is_gone_with_the_next_question(empty_file, tmp_path):
    target = Path(shutil.copy(empty_file, tmp_path / "area.gpkg"))
    imported(target, tmp_path, [OPEN, OTHERS[0]])
    with served(target) as made, closing(Harvester(made.url)) as harvester:
        before = harvester.get("/services")
        assert before.json()["total_items"] == 2
        imported(target, tmp_path, [OPEN | {"listing": "declined"}])
        after = harvester.get("/services", headers={"If-None-Match": before.headers["ETag"]})
        assert (after.status_code, after.json()["total_items"]) == (200, 1)
        assert harvester.get(f"/services/{OPEN['id']}").status_code == 404
        assert harvester.get("/services", search="Zqname").json()["contents"] == []
        # Where the records cannot be read, nothing is given out from memory.
        target.unlink()
        refused = harvester.get("/services")
        assert (refused.status_code, list(refused.json())) == (503, ["detail"])
        assert refused.headers["Access-Control-Allow-Origin"] == "*"


def paths_of(part, at=""):
    """The way to each value of a document, without the numbers of lists, and the field that an attribute names."""
    for name, value in part.items():
        way = f"{at}.{name}".removeprefix(".")
        for each in value if isinstance(value, list) else [value]:
            yield from paths_of(each, way) if isinstance(each, dict) else [way]


def published(rows, tmp_path, empty_file):
    target = Path(shutil.copy(empty_file, tmp_path / "area.gpkg"))
    imported(target, tmp_path, rows)
    return rosc_map.open(target, today=TODAY)


def test_every_value_of_the_api_is_of_fields_that_everybody_may_see(api, running):
    full = api.get(f"/services/{OPEN['id']}").json()
    with closing(running.open()) as partnership:
        all_of_it = [service_document(row) for row in partnership.publish().assets.to_dict("records")]
    ways = {way for document in [full, *all_of_it] for way in paths_of(document)}
    assert ways <= FIELDS_OF.keys()
    specs = Asset.specs()
    public = {name for name, spec in specs.items() if spec.audience is Audience.PUBLIC}
    told = {link["link_type"] for document in [full, *all_of_it] for link in document["attributes"]}
    assert told <= public & set(ATTRIBUTE_FIELDS)
    for way in ways:
        fields = told if way.startswith("attributes.") else FIELDS_OF[way]
        assert set(fields) <= public, way
    # All but what an asset of this kind cannot have, so that nothing was overlooked.
    assert FIELDS_OF.keys() - ways <= {"schedules.description"}


SHOWN = {
    "organisation": "Zqorganisation", "organisation_number": '"7654321"', "description": "Zqdescription",
    "address": "Zqaddress", "postcode": "TS1 2PA", "website": "zqwebsite", "email": "zqemail",
    "phone": "01632 960111", "sessions": "19:07", "referral_route": "Zqroute", "languages": "Urdu",
    "verified_on": "2026-03-01", "source_url": "zqsource", "source_date": "Zqdate", "licence": "OGL",
    "cost": "Free", "accessibility": "step_free", "rss_types": "community_centre", "attendance": "Online",
    "access": "drop_in", "for_whom": "women",
    "areas_served": "E06000002", "lero_type": "constituted_group",
    "commissions_others": "commissions_others",
}  # fmt: skip


def test_a_field_that_is_not_for_everybody_any_more_is_gone_from_the_documents(empty_file, tmp_path, monkeypatch):
    with closing(published([OPEN], tmp_path, empty_file)) as partnership:
        snapshot = partnership.snapshot()
    specs = dict(Asset.specs())
    text = document_text(snapshot)
    assert [name for name, words in SHOWN.items() if words not in text] == []
    still = []
    for name, words in SHOWN.items():
        changed = specs | {name: replace(specs[name], audience=Audience.PARTNERS)}
        monkeypatch.setattr(Asset, "specs", classmethod(lambda _, changed=changed: changed))
        if words in document_text(snapshot):
            still.append(name)
    assert still == []


def document_text(snapshot):
    (row,) = publish_assets(snapshot, [OPEN["id"]], Audience.PUBLIC).assets.to_dict("records")
    return json.dumps(service_document(row), ensure_ascii=False)


def test_every_document_is_as_described(api):
    described = api.get("/openapi.json").json()
    jsonschema.Draft202012Validator.check_schema(described["components"])

    def fits(name, document):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)

    fits("root", api.get("/").json())
    page = api.get("/services").json()
    fits("page", page)
    for each in page["contents"]:
        fits("service", api.get(f"/services/{each['id']}").json())
    with pytest.raises(jsonschema.ValidationError):
        fits("service", {**page["contents"][0], "status": "open"})


def test_every_document_is_as_the_standard_asks(api):
    pages = [api.get("/services", per_page=4).json(), api.get("/services", page=9).json()]
    pages += [api.get("/services", search="zqname").json()]
    details = [api.get(f"/services/{row['id']}").json() for row in api.get("/services").json()["contents"]]
    assert len(details) == len(OTHERS) + 1
    assert [problem for page in pages for problem in problems(page, "page")] == []
    assert [problem for service in details for problem in problems(service)] == []


def test_the_description_promises_no_less_than_the_standard_asks(api):
    described = api.get("/openapi.json").json()["components"]["schemas"]
    for name, ours in described.items():
        its = DEFINED.get("service" if name == "service_in_short" else name)
        if its is None:
            assert name in ("root", "problem")
            continue
        assert set(its["required"]) <= set(ours["required"]), name
        for field, told in ours["properties"].items():
            assert promise(told) == promise(its["properties"][field]), (name, field)
    assert DEFINED.keys() <= described.keys()


def promise(schema):
    """What a schema says of a value that whoever reads it may build on: its type, form, words and what is in it."""
    inside = promise(schema["items"]) if "items" in schema else None
    kind = schema.get("$ref", "").rpartition("/")[2].replace("service_in_short", "service")
    return (schema.get("type"), schema.get("format"), sorted(schema.get("enum", ())), kind, inside)


@pytest.mark.parametrize("operation", ["GET /", "GET /services", "GET /services/{id}"])
def test_strange_questions_find_no_fault_and_no_answer_that_is_not_described(running, operation):
    examples = 1 if operation == "GET /" else 6  # it takes nothing that could be asked strangely
    assert asked_strangely(operations(running.url)[operation], examples=examples) >= 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"page": 0}, 422),
        ({"page": "abc"}, 422),
        ({"page": "١"}, 422),
        ({"page": "9" * 5000}, 422),
        ({"per_page": 101}, 422),
        ({"per_page": "-1"}, 422),
        ({"per_page": ""}, 422),
        ({"search": "x" * 201}, 422),
        ({"page": 1_000_000}, 200),
        ({"search": "   "}, 200),
        ({"taxonomy_id": "x"}, 200),
    ],
)
def test_what_cannot_be_taken_is_said_as_json(api, query, status):
    answer = api.get("/services", **query)
    assert answer.status_code == status
    assert ("detail" in answer.json()) == (status == 422)


def test_a_search_finds_what_everybody_may_see_by_its_words(api):
    found = api.get("/services", search="zqname", per_page=1).json()
    assert [row["name"] for row in found["contents"]] == [OPEN["name"]]
    assert (found["total_items"], found["last_page"]) == (1, True)
    assert api.get("/services", search="?!").json()["empty"]


def test_an_answer_may_be_kept_for_a_minute_and_is_not_sent_twice(api):
    for path in ("", "/", "/openapi.json", "/services", f"/services/{OPEN['id']}"):
        first = api.get(path)
        assert first.headers["Content-Type"] == "application/json"
        assert first.headers["Cache-Control"] == "public, max-age=60"
        mark = first.headers["ETag"]
        for asked in (mark, f'"other", W/{mark}', "*"):
            again = api.get(path, headers={"If-None-Match": asked})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", mark)
        assert api.get(path, headers={"If-None-Match": '"other"'}).content == first.content
        head = api.get(path, method="HEAD")
        assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(first.content)))


def test_any_page_may_read_it_and_no_cookie_is_read_or_set(running, api):
    plain = api.get("/services")
    signed_in = api.get("/services", headers={"Cookie": f"rosc-map={running['admin 4'].token}"})
    assert signed_in.content == plain.content
    cross = {"Origin": "https://www.example.org", "Sec-Fetch-Site": "cross-site"}
    answers = [
        (api.get("/services", headers=cross), 200),
        (api.get("/services/none", headers=cross), 404),
        (api.get("/nothing", headers=cross), 404),
        (api.get("/services", headers=cross, page="x"), 422),
        (api.get("/services", headers=cross, method="POST"), 405),
        (api.get("/services", headers=cross, method="DELETE"), 405),
        (api.get("/services", headers={**cross, "Host": "other.example.org"}), 400),
        (api.get("/services", headers=cross, method="OPTIONS"), 204),
        (signed_in, 200),
    ]
    for answer, status in answers:
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        if status >= 400:
            assert list(answer.json()) == ["detail"]
            assert answer.headers["Cache-Control"] == "no-store" or status == 422
    assert answers[-2][0].headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Origin" not in running["V7"].get("/assets").headers


def test_a_program_that_asks_too_often_waits_and_shuts_nobody_else_out(running):
    with closing(Harvester(running.url)) as harvester:
        here = {"X-Forwarded-For": "203.0.113.9"}
        limits = RateLimits(None, clock=lambda: 0.0)
        scope = {"path": f"{BASE}/services", "method": "GET", "client": ("203.0.113.9", 1)}
        waits = [limits._wait(scope, "") for _ in range(601)]
        assert waits[:600] == [0.0] * 600
        assert waits[600] > 0
        assert limits._wait(scope | {"path": "/sign-in"}, "") == 0
        assert limits._wait(scope | {"client": ("203.0.113.10", 1)}, "") == 0
        # What costs more is counted tighter, by itself, and however the question is spelled.
        search = [scope | {"query_string": query} for query in (b"page=1&search=x", b"se%61rch=x")]
        waits = [limits._wait(search[number % 2], "") for number in range(31)]
        assert (waits[:30], waits[30] > 0) == ([0.0] * 30, True)
        waits = [limits._wait(scope | {"path": "/embed/map"}, "") for _ in range(61)]
        assert (waits[:60], waits[60] > 0) == ([0.0] * 60, True)
        # Of the real server: its answer to one that asked too often.
        server = layer_of(running.app, RateLimits)
        server._public = limits._public
        try:
            answer = harvester.get("/services", headers=here)
            assert (answer.status_code, list(answer.json())) == (429, ["detail"])
            assert int(answer.headers["Retry-After"]) >= 1
            assert harvester.session.get(f"{running.url}/sign-in", headers=here, timeout=20).status_code == 200
        finally:
            server._public = RateLimits(None)._public


def layer_of(app, kind):
    """A layer of a running app."""
    layer = app.middleware_stack
    while not isinstance(layer, kind):
        layer = getattr(layer, "app", None) or layer._app
    return layer


def test_few_answers_are_made_at_a_time_and_who_would_wait_too_long_is_told(running, api):
    async def asked():
        turns, let_go, most = Turns(at_once=2, waiting=3), threading.Event(), []

        def answer():
            most.append(turns._turns.borrowed_tokens)
            assert let_go.wait(20)
            return "made"

        made = [asyncio.create_task(turns.make(answer)) for _ in range(5)]
        while len(most) < 2:
            await asyncio.sleep(0)
        with pytest.raises(Busy):
            await turns.make(answer)
        let_go.set()
        assert await asyncio.gather(*made) == ["made"] * 5
        assert max(most) == 2
        assert await turns.make(answer) == "made"

    # In a thread of its own: where a browser is open, this one has a loop that runs.
    with ThreadPoolExecutor(1) as one:
        one.submit(lambda: asyncio.run(asked())).result()
    assert api.get("/services").status_code == 200  # an app is put together at its first request
    layer = layer_of(running.app, PublicAnswers)
    kept, layer._turns = layer._turns, Turns(at_once=1, waiting=-1)
    try:
        answer = api.get("/services")
    finally:
        layer._turns = kept
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "5 seconds" in answer.json()["detail"]


def test_who_works_alone_lets_nobody_else_in(empty_file, tmp_path):
    target = Path(shutil.copy(empty_file, tmp_path / "area.gpkg"))
    with served(target, signs_in=False) as made, closing(Harvester(made.url)) as harvester:
        refused = harvester.session.get(f"{harvester.base}/services", timeout=20)
        assert (refused.status_code, list(refused.json())) == (403, ["detail"])
        harvester.session.cookies.set("rosc-map", made.key)
        found = harvester.session.get(f"{harvester.base}/services", timeout=20)
        assert (found.status_code, found.json()["empty"]) == (200, True)
        root = harvester.session.get(f"{harvester.base}/", timeout=20).json()
        assert root["openapi_url"] == f"{made.url}{BASE}/openapi.json"


def test_our_own_reader_reads_it_back(running, empty_file, tmp_path):
    target = Path(shutil.copy(empty_file, tmp_path / "other.gpkg"))
    with closing(rosc_map.open(target, today=TODAY)) as other:
        with fetched_list("oruk", f"{running.url}{BASE}", keep=tmp_path / "kept", options=AT_ONCE) as opened:
            other.take_list(reader_of("oruk").read(opened, ReadOptions(day=TODAY)))
        found = {row["name"]: row for row in other.snapshot().assets.to_dict("records")}
    # Of who agreed to a name alone nothing says that it is about recovery.
    assert set(found) == {OPEN["name"], *(row["name"] for row in OTHERS)} - {"Zqpart"}
    whole = found[OPEN["name"]]
    for name in ("organisation", "postcode", "phone", "website", "sessions", "cost", "asset_type", "led_by"):
        assert whole[name] == OPEN[name], name


def test_people_find_the_same_description(running):
    page = running["V7"].session.get(f"{running.url}/open-referral", timeout=20).text
    for words in (
        "/services/{id}",
        "per_page",
        "assured_date",
        "600 times a minute",
        "30 times",
        f"{BASE}/openapi.json",
    ):
        assert words in page
    assert "<script" not in page
