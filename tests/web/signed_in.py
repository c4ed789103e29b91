"""A real server on loopback with somebody of each role signed in, for the tests of what is made and exchanged."""

import re
import socket
import threading
import time
from contextlib import contextmanager

import requests
import uvicorn

from rosc_map.people import People, Role
from rosc_map.web.app import make_app
from rosc_map.web.settings import WebSettings

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Site:
    """A served partnership: ``url``, its ``app``, and a ``requests`` session for each role by its name."""

    def __init__(self, url, app, tokens):
        self.url, self.app, self.tokens = url, app, tokens
        self.sessions = {}
        for role, token in tokens.items():
            session = requests.Session()
            session.trust_env = False
            session.cookies.set("rosc-map", token)
            self.sessions[role] = session

    @property
    def site(self):
        return self.app.state.site

    def get(self, role, path, **options):
        return self.sessions[role].get(self.url + path, timeout=30, **options)

    def post(self, role, path, page, data=None, files=None, **options):
        """Send a form that stands on ``page``."""
        csrf = _CSRF.search(self.get(role, page).text)[1]
        data = {"csrf": csrf, **(data or {})}
        return self.sessions[role].post(self.url + path, data=data, files=files, timeout=30, **options)

    def there(self, role, path):
        """Return the page at ``path`` once what it waits for is there."""
        for _ in range(400):
            answer = self.get(role, path)
            if answer.status_code != 202:
                return answer
            time.sleep(0.4)
        raise AssertionError(answer.text)


@contextmanager
def serving(target):
    """Serve a partnership with accounts, and stop at the end."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        people = People.beside(target)
        tokens = {}
        for role in (Role.ADMIN, Role.COORDINATOR, Role.RECORDER, Role.VIEWER):
            account = people.add("", role, by="admin 1")
            tokens[role.value] = people.accept(
                people.invite(account.name, by="admin 1").token, "a bridge over the Tees"
            )
        extra = people.add("", Role.COORDINATOR, by="admin 1")
        invited = people.invite(extra.name, by="admin 1")
        tokens["second coordinator"] = people.accept(invited.token, "a bridge over the Tees")
        people.close()
        app = make_app(WebSettings(str(target), url=url))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        running = Site(url, app, tokens)
        try:
            yield running
        finally:
            for session in running.sessions.values():
                session.close()
            server.should_exit = True
            thread.join()
