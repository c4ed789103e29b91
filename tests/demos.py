"""The demo, made once for all tests that look at it, with the network cut."""

import socket

import pytest


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The folder of a demo; a test must not change it."""
    from rosc_map.demo import run_demo  # here, since it loads all there is, and each process of the tests loads this

    out = tmp_path_factory.mktemp("demo") / "out"

    def cut(*_):
        raise OSError("the network is cut")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", cut)
        patch.setattr(socket, "getaddrinfo", cut)
        assert run_demo(out).index == out / "index.html"
    return out
