"""A real server on loopback where some volunteers write down assets: what they send, and what comes back."""

import re
import socket
import threading
import time
from contextlib import contextmanager
from html import unescape

import requests
import uvicorn

from partnerships import TODAY
from rosc_map.people import People, Role
from rosc_map.web.app import make_app
from rosc_map.web.settings import WebSettings

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_ENTRY = re.compile(r'action="/record/([0-9a-f-]{36})/')
_TAGS = re.compile(r"<[^>]+>")


class Volunteer:
    """Somebody signed in, with a session of their own."""

    def __init__(self, url, token):
        self.url, self.token = url, token
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.set("rosc-map", token)

    def get(self, path, **options):
        return self.session.get(self.url + path, timeout=30, **options)

    def post(self, path, data=(), *, page, **options):
        """Send a form that stands on ``page``."""
        return self.send(path, {"csrf": _CSRF.search(self.get(page).text)[1], **dict(data)}, **options)

    def send(self, path, data, **options):
        return self.session.post(self.url + path, data=data, timeout=30, **options)

    def begin(self, **values):
        """Answer the first page of a new entry; return its id."""
        text = self.get("/record/new").text
        entry = _ENTRY.search(text)[1]
        sent = {"csrf": _CSRF.search(text)[1], "then": "on", **values}
        assert self.send(f"/record/{entry}/what", sent, allow_redirects=False).status_code == 303
        return entry

    def answer(self, entry, slug, then="on", **values):
        """Answer one page; return what came back, without following it."""
        path = f"/record/{entry}/{slug}"
        return self.post(path, {"then": then, **values}, page=path, allow_redirects=False)

    def write(self, pages, **first):
        """Answer the first page and these; return the id of the entry."""
        entry = self.begin(**first)
        for slug, values in pages.items():
            came = self.answer(entry, slug, **values)
            assert came.status_code == 303, said(came)
        return entry

    def save(self, entry):
        return self.post(f"/record/{entry}/save", page="/record")


def said(answer):
    """Return the words of a page."""
    return " ".join(unescape(_TAGS.sub(" ", answer.text)).split())


@contextmanager
def recording_site(target):
    """Serve a partnership; give its URL, its app, and two volunteers and a viewer by their names."""
    # With its protocol named, as uvicorn itself opens it: else each answer waits 40 ms for the one before.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        people = People.beside(target)
        roles = {"V7": Role.RECORDER, "V8": Role.RECORDER, "commissioner 1": Role.VIEWER}
        tokens = {}
        for name, role in roles.items():
            people.add(name, role, by="admin 1")
            tokens[name] = people.accept(people.invite(name, by="admin 1").token, "a bridge over the Tees")
        people.close()
        app = make_app(WebSettings(str(target), url=url, today=TODAY))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        volunteers = {name: Volunteer(url, token) for name, token in tokens.items()}
        try:
            yield url, app, volunteers
        finally:
            for each in volunteers.values():
                each.session.close()
            server.should_exit = True
            thread.join()
