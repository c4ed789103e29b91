"""The demo, made once by the README's own command, with the network cut, for all tests that look at it."""

import socket

import pytest

from shell_lines import shell_lines


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The folder of a demo; a test must not change it."""
    from rosc_map.cli import main  # here, since it loads all there is, and each process of the tests loads this

    (words,) = (words for words in shell_lines("README.md") if words[:2] == ["rosc-map", "demo"])
    folder = tmp_path_factory.mktemp("readme")

    def cut(*_):
        raise OSError("the network is cut")

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(socket.socket, "connect", cut)
        patch.setattr(socket, "getaddrinfo", cut)
        assert main(words[1:]) == 0
    assert (folder / "demo" / "index.html").exists()
    return folder / "demo"
