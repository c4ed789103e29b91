"""The real app on a real server, signed in as somebody, and a plain client for it."""

import http.client
import re
import socket
import threading
import time
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlencode

import uvicorn

from partnerships import TODAY
from rosc_map.people import Role
from rosc_map.web.app import make_app
from rosc_map.web.settings import WebSettings

PASSWORD = "a long enough one 17"


@contextmanager
def served(target, *, accounts=True):
    """Serve a partnership on a free port; give the app's site and the port."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        port = bound.getsockname()[1]
        url = f"http://127.0.0.1:{port}" if accounts else ""
        app = make_app(WebSettings(str(target), url=url, port=port, today=TODAY))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        try:
            yield app.state.site, port
        finally:
            server.should_exit = True
            thread.join()


class Client:
    """Somebody with a browser that shows text only."""

    def __init__(self, port, cookie=""):
        self.port, self.cookie, self.text, self.path = port, cookie, "", "/"
        self._csrf = ""

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"rosc-map={self.cookie}"} | (
            {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        )
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.text = answer.read().decode()
        connection.close()
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        self._csrf = found[1] if found else self._csrf
        return answer

    def get(self, path):
        """Open a page and return its status."""
        self.path = path
        return self._ask("GET", path).status

    def post(self, path, values=None, *, follow=True):
        """Send a form and return the status of the answer; one that leads elsewhere is followed."""
        body = urlencode({"csrf": self._csrf, **(values or {})}, doseq=True)
        answer = self._ask("POST", path, body)
        if answer.status == 303 and follow:
            self.get(answer.getheader("Location").partition("#")[0])
        return answer.status

    def form(self):
        """Return what the form of the page would send if nothing were changed."""
        found = re.search(r'<form method="post" action="/assets.*?</form>', self.text, re.DOTALL)[0]
        values = {}
        for tag in re.findall(r"<input [^>]*>", found):
            name, value = (re.search(f'{part}="([^"]*)"', tag) for part in ("name", "value"))
            if "checked" in tag or not re.search('type="(radio|checkbox)"', tag):
                values.setdefault(name[1], []).append(unescape(value[1]))
        for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', found, re.DOTALL):
            values[name] = [unescape(value)]
        return values

    def says(self, words):
        """Whether the page says these words."""
        return words in unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text)))


def sign_in(site, port, role, name=""):
    """Return a client in which somebody new of a role is signed in."""
    account = site.people.add(name, role, by="admin 1")
    token = site.people.accept(site.people.invite(account.name, by="admin 1").token, PASSWORD)
    return Client(port, token)


def everybody(site, port):
    """Return a client for each role."""
    return {role: sign_in(site, port, role) for role in Role}
