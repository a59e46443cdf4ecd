from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from countoff.processes import arrivals
from countoff.processes.arrivals import LOOK_EVERY_NS, Arrivals


class Looking:
    """Looks often enough for every look to count."""

    def __init__(self, *folders: Path) -> None:
        self._arrivals = Arrivals(folders)
        self._now_ns = 10**9

    def look(self) -> bool:
        """Look again, when it is time to."""
        self._now_ns += LOOK_EVERY_NS
        return self._arrivals.have_come(self._now_ns)

    def look_too_early(self) -> bool:
        """Look again without a pause."""
        return self._arrivals.have_come(self._now_ns)


def _serve(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, short enough for a socket's name."""
    monkeypatch.chdir(tmp_path)
    return Path()


@pytest.mark.parametrize("name", ["jack_default_0_0", "pipewire-0"])
def test_a_server_that_comes_is_noticed_once(folder: Path, name: str) -> None:
    """Its socket is news at the first look after it was made, and never again."""
    looking = Looking(folder)
    assert not looking.look()
    _serve(folder / name)
    assert not looking.look_too_early()
    assert [looking.look() for _ in range(3)] == [True, False, False]


def test_a_server_that_was_there_all_along_is_no_news(folder: Path) -> None:
    """The first look only remembers."""
    _serve(folder / "jack_default_0_0")
    looking = Looking(folder)
    assert not any(looking.look() for _ in range(3))


def test_a_server_that_was_killed_and_started_again_is_news(folder: Path) -> None:
    """Its socket has the same name, and was made anew between two looks."""
    looking = Looking(folder)
    _serve(folder / "jack_default_0_0")
    looking.look()
    (folder / "jack_default_0_0").unlink()
    _serve(folder / "jack_default_0_0")
    assert looking.look()


def test_what_goes_is_no_arrival(folder: Path) -> None:
    """A socket that disappears is nothing to try again for."""
    _serve(folder / "jack_default_0_0")
    looking = Looking(folder)
    looking.look()
    (folder / "jack_default_0_0").unlink()
    assert not looking.look()


def test_other_peoples_files_are_no_arrival(folder: Path) -> None:
    """Neither a file with a server's name nor a socket with another one is meant."""
    looking = Looking(folder)
    looking.look()
    (folder / "jack_sem.0_default_client").write_text("")
    _serve(folder / "dbus-1")
    assert not looking.look()


def test_a_folder_that_is_not_there_yet_may_come(folder: Path) -> None:
    """A machine without any sound card has no /dev/snd until one is plugged in."""
    devices = folder / "snd"
    looking = Looking(devices)
    assert not looking.look()
    devices.mkdir()
    _serve(devices / "jack_default_0_0")
    assert looking.look()


def test_a_device_file_is_an_arrival() -> None:
    """A character device, such as a sound card's, counts whatever its name is."""
    # Nobody may make a device in a test: the machine's own stand for one that has come.
    looking = Looking(Path("/dev"))
    looking._arrivals._seen = frozenset()
    assert looking.look()


def test_playing_on_a_device_is_no_arrival_and_being_allowed_to_is() -> None:
    """Whoever tries a device changes its times; it is news when its rights change."""
    # A terminal of our own stands for a sound card: its times and rights are ours to change.
    ends = os.openpty()
    terminal = Path(os.ttyname(ends[1]))

    def entry() -> list[object]:
        return [one for one in arrivals._entries(terminal.parent) if one[0] == str(terminal)]

    try:
        before, before_ns = entry(), terminal.stat().st_ctime_ns
        assert before
        # As soon as the kernel's clock of files has gone on.
        while terminal.stat().st_ctime_ns == before_ns:
            os.utime(terminal, (1, 1))
        assert entry() == before
        terminal.chmod(terminal.stat().st_mode & 0o777 ^ 0o020)
        assert entry() != before
    finally:
        for end in ends:
            os.close(end)
