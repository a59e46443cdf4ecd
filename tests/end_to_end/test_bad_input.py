from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIRMWARE = Path(__file__).parents[2] / "firmware"
_VIRTUAL = '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'
_FAST = 'title = "Fast"\ntempo = 960\ncount_in = 1\n'
_DEADLINE_S = 30


def _make_a_take(unit: Unit) -> None:
    """Track one short take, however wrong the rest is, and see that it is one."""
    unit.press("roll")
    unit.wait_for_phase("rolling")
    unit.press("keeper")
    unit.wait_until(
        lambda status: bool(status["takes"] and status["takes"][0]["flags"]), "the take is flagged"
    )
    unit.do("stop")
    unit.wait_until(lambda status: status["takes"][0]["status"] == "ended", "the take has ended")


def _wait_for_fault(unit: Unit, part: str, *words: str) -> str:
    """Wait until a part is a fault that names these words, on the screen and on standard error."""
    status = unit.wait_until(
        lambda status: (
            status["parts"][part]["state"] == "fault"
            and all(word in status["parts"][part]["sentence"] for word in words)
        ),
        f"{part} is a fault that names {words}",
    )
    sentence: str = status["parts"][part]["sentence"]
    first = sentence.split(" (and ", maxsplit=1)[0]
    unit.wait_until(lambda _: first in unit.said(), f"standard error says: {first}")
    assert unit.said().count(first) == 1
    return sentence


def test_every_fault_of_the_files_is_said_at_once_and_the_box_runs(tmp_path: Path) -> None:
    """A sentence for each wrong key and song, names and guesses in it, and the rest is in force."""
    settings = (
        '[audio]\nbackend = "virtual"\nblock_framse = 256\nchannels = "two"\n'
        '[midi]\nbackend = "none"\n[daw]\nlead_ms = 50\n[tally]\nbrightness = nan\n'
    )
    unit = Unit(tmp_path, plain_environment(), settings)
    unit.add_song("1_slow.toml", 'title = "Slow"\ntempo = 0\n')
    unit.add_song("2_none.toml", 'title = "None"\ntempo = nan\n')
    unit.add_song("3_words.toml", 'title = "Words"\ntempo = "fast"\nmeter = "5/3"\n')
    unit.add_song("4_fast.toml", _FAST)
    (tmp_path / "songs" / "5_bytes.toml").write_bytes(b'title = "\xff\xfe"\n')
    (tmp_path / "songs" / "6_gone.toml").symlink_to(tmp_path / "nowhere")
    with unit:
        unit.start()
        configuration = _wait_for_fault(unit, "configuration", "countoff.toml")
        assert "(and 3 more)" in configuration
        assert "(and 5 more)" in _wait_for_fault(unit, "songs", "1_slow.toml", "tempo = 0")
        assert [song["title"] for song in unit.status()["songs"]] == ["Fast"]
        _make_a_take(unit)
    lines = unit.said().splitlines()
    for words in (
        ("countoff.toml", "audio.block_framse", "block_frames"),
        ("countoff.toml", 'audio.channels = "two"', "1 to 32"),
        ("countoff.toml", "daw.lead_ms = 50", "100 to 5000"),
        ("countoff.toml", "tally.brightness = nan"),
        ("1_slow.toml", "tempo = 0", "10 to 999"),
        ("2_none.toml", "tempo = nan", "10 to 999"),
        ("3_words.toml", 'tempo = "fast"'),
        ("3_words.toml", 'meter = "5/3"'),
        ("5_bytes.toml", "not UTF-8"),
        ("6_gone.toml", "no such file"),
    ):
        assert sum(all(word in line for word in words) for line in lines) == 1, (words, lines)
    assert len(lines) == 10
    assert not any(line.startswith("Traceback") for line in lines)


def test_a_sound_that_cannot_be_heard_costs_no_take(tmp_path: Path) -> None:
    """A WAV file that is none is one sentence, and the click goes on with a sound of our own."""
    unit = Unit(tmp_path, plain_environment(), f'[click]\nbeat = "sounds/low.wav"\n{_VIRTUAL}')
    unit.add_song("fast.toml", _FAST)
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "low.wav").write_text("not a sound")
    with unit:
        unit.start()
        said = _wait_for_fault(unit, "configuration", str(tmp_path / "sounds" / "low.wav"))
        assert "no WAV file that can be read" in said
        assert said.endswith("The woodblock sounds in its place.")
        _make_a_take(unit)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("[unit\nsocket = 1\n", "is not TOML"),
        ('"""', "is not TOML"),
    ],
)
def test_a_broken_file_leaves_a_box_with_its_defaults(
    tmp_path: Path, broken: str, words: str
) -> None:
    """A configuration that is no TOML is one sentence; socket and log are where they are by default."""
    env = plain_environment()
    env |= {"RUNTIME_DIRECTORY": str(tmp_path), "STATE_DIRECTORY": str(tmp_path / "log")}
    unit = Unit(tmp_path, env, broken)
    unit.add_song("fast.toml", _FAST)
    with unit:
        unit.start()
        _wait_for_fault(unit, "configuration", "countoff.toml", words)
        _make_a_take(unit)
    assert len(unit.rows("SELECT * FROM takes")) == 1


def test_a_second_box_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    """Where a box runs, another one ends with one sentence and its own exit code."""
    unit = Unit(tmp_path, plain_environment(), _VIRTUAL)
    unit.add_song("fast.toml", _FAST)
    with unit:
        unit.start()
        second = subprocess.run(
            [sys.executable, "-m", "countoff", "--config", tmp_path / "countoff.toml", "run"],
            env={**plain_environment(), "PYTHONPATH": str(_FIRMWARE)},
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=False,
        )
        assert second.returncode == 3
        assert "Another Countoff is running" in second.stderr
        assert str(tmp_path / "control.sock") in second.stderr
        assert len(second.stderr.splitlines()) == 1
        _make_a_take(unit)


def test_a_socket_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """Without its socket the box would be deaf: it says where and why, and ends."""
    (tmp_path / "file").write_text("")
    config = tmp_path / "countoff.toml"
    config.write_text(f'[unit]\nsocket = "{tmp_path / "file" / "control.sock"}"\n')
    ended = subprocess.run(
        [sys.executable, "-m", "countoff", "--config", config, "run"],
        env={**plain_environment(), "PYTHONPATH": str(_FIRMWARE)},
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=False,
    )
    assert ended.returncode == 3
    assert f"control.sock cannot be made: {tmp_path / 'file'} is not a folder." in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_file_where_the_log_folder_should_be(tmp_path: Path) -> None:
    """The box runs, shows the disk's fault, and writes all that waited once there is a folder."""
    unit = Unit(tmp_path, plain_environment(), _VIRTUAL)
    unit.add_song("fast.toml", _FAST)
    (tmp_path / "log").write_text("in the way")
    with unit:
        unit.start()
        _wait_for_fault(unit, "disk", "is not a folder", str(tmp_path / "log"))
        _make_a_take(unit)
        _see_it_is_kept_and_then_written(unit, (tmp_path / "log").unlink)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, just large enough to begin a log on."""
    folder = tmp_path / "log"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(disk: Path) -> Path:
    """Leave no room on a disk; return what takes it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            return ballast


def _see_it_is_kept_and_then_written(unit: Unit, make_room: Callable[[], Any]) -> None:
    status = unit.status()
    assert status["log"]["saved"] < status["log"]["submitted"]
    make_room()
    unit.wait_until(
        lambda status: (
            status["parts"]["disk"]["state"] == "ok"
            and status["log"]["saved"] == status["log"]["submitted"]
        ),
        "everything that waited is on disk",
    )
    (take,) = unit.rows("SELECT * FROM takes")
    assert (take["number"], take["status"]) == (1, "ended")
    assert [flag["kind"] for flag in unit.rows("SELECT kind FROM flags")] == ["keeper"]


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, small_disk: Path) -> None:
    """The box runs and shows it; takes and flags wait in memory and are written with room again."""
    ballast = _fill(small_disk)
    unit = Unit(tmp_path, plain_environment(), _VIRTUAL)
    unit.add_song("fast.toml", _FAST)
    with unit:
        unit.start()
        _wait_for_fault(unit, "disk", "is full", str(small_disk))
        _make_a_take(unit)
        _see_it_is_kept_and_then_written(unit, ballast.unlink)


def test_a_disk_that_fills_up_during_a_take(tmp_path: Path, small_disk: Path) -> None:
    """The take goes on, the screen shows the fault, and every flag is written with room again."""
    unit = Unit(tmp_path, plain_environment(), _VIRTUAL)
    unit.add_song("fast.toml", _FAST)
    with unit:
        unit.start()
        unit.press("roll")
        unit.wait_for_phase("rolling")
        ballast = _fill(small_disk)
        unit.press("keeper")
        _wait_for_fault(unit, "disk", "is full", str(small_disk))
        assert unit.status()["phase"] == "rolling"
        unit.do("stop")
        unit.wait_until(
            lambda status: status["takes"][0]["status"] == "ended", "the take has ended"
        )
        _see_it_is_kept_and_then_written(unit, ballast.unlink)


@pytest.fixture
def read_only_log(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Callable[[], Any]]:
    """A folder in which nobody may write, and what makes it a usual one."""
    if os.geteuid() == 0:  # whom no permission stops: a read-only file system does
        disk: Path = request.getfixturevalue("small_disk")
        remount = ["mount", "-o", "remount,ro", str(disk)]
        subprocess.run(remount, check=True)
        remount[2] = "remount,rw"
        return disk, lambda: subprocess.run(remount, check=True)
    folder = tmp_path / "log"
    folder.mkdir(mode=0o500)
    return folder, lambda: folder.chmod(0o700)


def test_a_log_that_may_not_be_written(
    tmp_path: Path, read_only_log: tuple[Path, Callable[[], Any]]
) -> None:
    """In a read-only folder the box runs and shows it; what waited is written when it may be."""
    folder, allow = read_only_log
    unit = Unit(tmp_path, plain_environment(), _VIRTUAL)
    unit.add_song("fast.toml", _FAST)
    with unit:
        unit.start()
        _wait_for_fault(unit, "disk", "may not be written", str(folder))
        _make_a_take(unit)
        _see_it_is_kept_and_then_written(unit, allow)


def test_a_device_that_is_missing_is_named_and_taken_when_it_comes(tmp_path: Path) -> None:
    """No count-in begins that nobody would hear, and screen and light say why, until it is there."""
    env = plain_environment()
    unit_env = {**env, "JACK_DEFAULT_SERVER": "", "JACK_NO_START_SERVER": "1"}
    with running_jack(tmp_path, unit_env) as server:
        server.end()
        unit = Unit(tmp_path, unit_env, '[audio]\ndevice = "system"\n[midi]\nbackend = "none"\n')
        unit.add_song("fast.toml", _FAST)
        with unit:
            unit.start(has_sound=False)
            _wait_for_fault(unit, "audio", 'audio.device = "system"')
            assert unit.status()["tally"]["light"] == "fault"
            unit.press("roll")
            unit.wait_until(
                lambda status: status["message"] == "NO AUDIO: NO CLICK", "the press is answered"
            )
            assert unit.status()["phase"] == "idle"
            server.start()
            unit.wait_until(
                lambda status: status["parts"]["audio"]["state"] == "ok" and status["has_sound"],
                "the device sounds",
            )
            _make_a_take(unit)
    assert len(unit.rows("SELECT * FROM takes")) == 1
