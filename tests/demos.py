"""The demo, made once for all tests that look at it, with the network cut."""

import fcntl
import os
import socket

import pytest

from rosc_map.demo import run_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The folder of a demo; the processes of one run of the tests share it, so a test must not change it."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    out = shared / "demo"

    def cut(*_):
        raise OSError("the network is cut")

    with (shared / "demo.lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the others wait until it is made
        patch.setattr(socket.socket, "connect", cut)
        patch.setattr(socket, "getaddrinfo", cut)
        if not out.exists():
            making = shared / "demo-in-making"
            assert run_demo(making).index == making / "index.html"
            making.rename(out)
    return out
