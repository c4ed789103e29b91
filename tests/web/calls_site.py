"""A real server on loopback where two volunteers ring, somebody coordinates, and somebody looks on."""

import csv
import socket
import threading
import time
from contextlib import contextmanager

import uvicorn
from argon2 import PasswordHasher
from recording_site import Volunteer

import rosc_map
from partnerships import TODAY
from rosc_map.people import People, Role
from rosc_map.people.passwords import Passwords
from rosc_map.web.app import make_app
from rosc_map.web.settings import WebSettings
from small_rounds import services

ROLES = {
    "V7": Role.RECORDER,
    "V8": Role.RECORDER,
    "coordinator 1": Role.COORDINATOR,
    "commissioner 2": Role.VIEWER,
}


class CallsSite:
    """The served partnership: its ``people``, and who is signed in, by name."""

    def __init__(self, target, url, people, tokens):
        self.target, self.url, self.people = target, url, people
        self.tokens = tokens
        self.visitors = {name: Volunteer(url, token) for name, token in tokens.items()}

    def __getitem__(self, name):
        return self.visitors[name]

    def open(self):
        return rosc_map.open(self.target, today=TODAY, who="V7")


def fill(target, drawn_on):
    """Put eight services and a round of six calls, two questions each, into an empty partnership."""
    file = target.with_suffix(".csv")
    rows = services(8)
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    partnership = rosc_map.open(target, today=drawn_on)
    partnership.import_(file)
    partnership.draw(sources=6, targets=2, seed=3, reserves=1)


@contextmanager
def calls_site(target):
    """Serve a partnership, and stop at the end."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        # Quick, and so not safe: how passwords are kept is tested where that is done.
        people = People.beside(target, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
        tokens = {}
        for name, role in ROLES.items():
            people.add(name, role, by="")
            tokens[name] = people.accept(people.invite(name, by="").token, "three plain words")
        app = make_app(WebSettings(str(target), url=url, today=TODAY))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", server_header=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        site = CallsSite(target, url, people, tokens)
        try:
            yield site
        finally:
            for visitor in site.visitors.values():
                visitor.session.close()
            server.should_exit = True
            thread.join()
            people.close()
