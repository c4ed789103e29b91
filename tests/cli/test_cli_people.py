"""The commands for the accounts of the web app."""

import io
import re
import shlex
from pathlib import Path

import pytest

from rosc_map.people import People, Role


@pytest.fixture
def file(empty, monkeypatch):
    monkeypatch.delenv("ROSC_MAP_BY", raising=False)
    return empty.path


def accounts(file):
    return {account.name: account for account in People.beside(file).accounts()}


def test_from_nobody_to_a_password(run, run_json, file):
    code, out, err = run("people", "list", file)
    assert (code, err) == (0, "")
    assert out == f"There are no accounts yet. Make the first: rosc-map people add {file} --role admin\n"
    assert run_json("people", "list", file) == []

    code, out, err = run("people", "add", file, "--role", "admin")
    assert (code, err) == (0, "")
    assert out.startswith("Added admin 1 (admin).\nGive this link to admin 1 only: /invitation/")
    assert "Put the address of the web app in front of it" in out
    token = re.search(r"/invitation/(\S+)", out)[1]
    people = People.beside(file)
    assert people.invited(token).role is Role.ADMIN
    people.accept(token, "three words will do")

    code, out, _ = run("people", "add", file, "V7", "--role", "recorder", "--url", "https://map.example.org/")
    assert code == 0
    (first,) = re.findall(r"https://map\.example\.org/invitation/(\S+)", out)
    assert "It works once" in out
    assert "Put the address" not in out
    people.set_setting("url", "https://other.example.org")
    code, out, _ = run("people", "invite", file, "V7", "--by", "admin 1")
    (second,) = re.findall(r"https://other\.example\.org/invitation/(\S+)", out)
    assert (code, people.invited(first), people.invited(second).name) == (0, None, "V7")
    assert people.sign_ins(1)[0].who == "admin 1"

    code, out, err = run("people", "list", file)
    assert (code, err) == (0, "")
    assert re.search(r"admin 1 .* admin .* yes .* \d{4}-\d\d-\d\d", out)
    assert re.search(r"V7 .* recorder .* not chosen yet .* never", out)
    first = run_json("people", "list", file)[0]
    assert {key: first[key] for key in ("name", "role", "has_password", "told_rules")} == {
        "name": "admin 1", "role": "admin", "has_password": True, "told_rules": False,
    }  # fmt: skip
    assert first["made_on"] == first["last_seen"] == accounts(file)["admin 1"].made_on.isoformat()


@pytest.mark.parametrize(("answer", "left"), [("n\n", {"V7", "admin 1"}), ("y\n", {"admin 1"})])
def test_remove_asks_first(run, file, monkeypatch, answer, left):
    people = People.beside(file)
    people.add("admin 1", Role.ADMIN, by="")
    people.add("V7", Role.RECORDER, by="")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    code, out, _ = run("people", "remove", file, "v7")
    assert "What they recorded stays." in out
    assert (code, set(accounts(file))) == (int("V7" in left), left)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "{}", "--role", "boss"), 2, "is not a role"),
        (("add", "{}", "Jane", "--role", "viewer"), 1, "'Jane' may be the name of a person"),
        (("add", "{}", "--role", "viewer", "--url", "example"), 1, "'example' is not the address of a web app"),
        (("add", "{}", "--role", "viewer", "--by", "Jane"), 1, "'Jane' may be the name of a person"),
        (("invite", "{}", "V8"), 1, "There is no account 'V8'"),
        (("remove", "{}", "V8", "--yes"), 1, "There is no account 'V8'"),
        (("remove", "{}", "admin 1", "--yes"), 1, "'admin 1' is the last admin"),
        (("list", "none.gpkg"), 1, "There is no file none.gpkg"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(run, file, words, code, said):
    People.beside(file).add("admin 1", Role.ADMIN, by="")
    result = run("people", *(word.format(file) for word in words))
    assert result[:2] == (code, "")
    assert said in " ".join(result[2].split())
    assert set(accounts(file)) == {"admin 1"}


def test_every_command_of_the_page_on_people_works_in_order(run, file, monkeypatch):
    page = Path(__file__).parents[2] / "docs" / "people.md"
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    found = [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]
    assert {words[1] for words in found} == {"add", "invite", "list", "remove"}
    monkeypatch.chdir(Path(file).parent)
    for words in found:
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        assert run(*words)[0] == 0, words
    assert set(accounts(file)) == {"admin 1", "coordinator 8"}
