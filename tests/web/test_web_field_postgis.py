"""What is for the field on a database: a phone's entries, an organisation's link, the public list and a sheet."""

import re
import threading
import uuid
from contextlib import closing

import pytest
from forms import forms_of
from harvest import Harvester, exported
from serving import Visitor, served

import rosc_map
from small_rounds import services

pytestmark = pytest.mark.postgis


@pytest.fixture
def running(postgis, write_csv):
    """A served partnership in a database, with three services that agreed to be listed."""
    with closing(rosc_map.new(postgis, ["Middlesbrough"])) as partnership:
        partnership.import_(write_csv(services(3, listing="agreed", email="office@example.org")))
    with served(postgis, told=True) as made:
        yield made


def test_what_the_field_does_is_kept_in_a_database(running, tmp_path):
    me, entry = running["V7"], str(uuid.uuid4())
    csrf = me.get("/record/phone").json()["csrf"]
    typed = {
        "page": ["what", "hidden", "where"],
        "name": "Quay Choir",
        "asset_type": "community",
        "postcode": "TS1 2PA",
    }
    form = {"csrf": csrf, "entry": entry, "location_precision": "exact", **typed}
    came = []
    headers = {"Cookie": f"rosc-map={me.token}"}

    def send():
        with closing(Visitor(running.url)) as phone:
            came.append(phone.send("/record/phone", form, headers=headers).json()["state"])

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == ["saved"] * 3
    assert me.send("/record/phone", form).json()["state"] == "saved"
    with closing(running.open()) as partnership:
        assert list(partnership.snapshot().assets["name"]).count("Quay Choir") == 1

    coordinator = running["coordinator 1"]
    asset = re.search(r"/assets/([0-9a-f-]{36})", coordinator.get("/assets?q=Example").text)[1]
    coordinator.get(f"/assets/{asset}/link")
    asked = {**coordinator.form(f"/assets/{asset}/link"), "contact": "office@example.org"}
    token = re.search(r"/our-entry/([\w-]+)", coordinator.send(f"/assets/{asset}/link", asked).text)[1]
    with closing(Visitor(running.url)) as theirs, closing(Visitor(running.url)) as another:
        opens = forms_of(theirs.get(f"/our-entry/{token}").text)[0]
        assert theirs.send(opens.action, opens.filled).url == f"{running.url}/our-entry"
        assert another.get(f"/our-entry/{token}").status_code == 404
        path = f"/our-entry/about/{asset}/correct/reaching"
        theirs.get(path)
        assert theirs.send(path, {**theirs.form(path), "phone": "01632 960199"}).status_code == 200
    [waits] = running.people.open_corrections()
    assert set(waits.changes) == {"phone"}

    with closing(Harvester(running.url)) as program:
        assert b"".join(program.pages(100)) == exported(running.target, tmp_path / "out")["services/page-1.json"]
    me.post("/near", {"place": "TS1 2PA", "within": "10", "audience": "partners"}, page="/near")
    assert me.says("Quay Choir")
