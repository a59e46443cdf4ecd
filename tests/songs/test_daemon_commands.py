"""`countoff song choose` and `countoff song save`, against the rules, the socket and the song files."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
import time
import uuid
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from countoff.control.socket import ControlSocket
from countoff.control.status import LogCounts, status_of
from countoff.core.events import ActionAsked
from countoff.core.session.pedals import Phase
from countoff.core.session.state import State
from countoff.core.session.step import step
from countoff.core.tempo import Tempo
from countoff.songs.book import SongFolder
from countoff.songs.commands import add_song_commands
from countoff.songs.reading import read_song
from countoff.songs.watch import SongWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.events import Event
    from countoff.core.song import Song

KINGDOM = """title = "Kingdom"
tempo = 92        # as the demo has it
count_in = "1 bar"

[[section]]
name = "Verse"
bars = 16

[[section]]
name = "Bridge"
bars = 8
tempo = 96

[[section]]
name = "Out"
"""
AIR = 'title = "Air"\n'


class Box:
    """A daemon without sound: the rules behind a control socket, and songs that are watched.

    It looks at the song files whenever it is asked for its status, unless it `is_asleep`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.songs = folder / "songs"
        self.songs.mkdir()
        self.config = folder / "countoff.toml"
        self.config.write_text("")
        (self.songs / "kingdom.toml").write_text(KINGDOM)
        (self.songs / "air.toml").write_text(AIR)
        self.is_asleep = False
        self._stepping = threading.Lock()
        self._watch = SongWatch(SongFolder(self.songs), self.feed, lambda _sentence: None)
        self.state = State(
            run_id=uuid.UUID(int=1), session_id="today", songs=self._watch.open().songs
        )
        self._control = ControlSocket(folder / "control.sock", self.feed)
        self._control.hold()
        self._control.start(self._status)

    def feed(self, event: Event) -> None:
        """Take in an event, as the owner thread does."""
        with self._stepping:
            self.state, _ = step(self.state, event)

    def do(self, action: str) -> None:
        """Ask for an action."""
        self.feed(ActionAsked(time.monotonic_ns(), action, "panel"))

    def run(self, *words: str) -> int:
        """Run a `song` command; return the exit code."""
        parser = argparse.ArgumentParser()
        add_song_commands(parser.add_subparsers(required=True))
        named = ["--socket", str(self._control.path), "--config", str(self.config)]
        arguments = parser.parse_args(["song", *words, *named])
        code: int = arguments.run(arguments)
        return code

    def go_to_kingdom(self) -> None:
        """Choose the song that has a tempo, by its pedal."""
        while self.state.written_song.title != "Kingdom":
            self.do("next_song")

    def written(self) -> Song:
        """Return the song as its file has it now."""
        song, problems = read_song(self.songs / "kingdom.toml")
        assert song is not None, problems
        return song

    def stop(self) -> None:
        """Hang up."""
        self._control.stop()

    def _status(self) -> dict[str, Any]:
        if not self.is_asleep:
            self._watch.look()
        log = LogCounts(0, 0, "")
        return status_of(self.state, time.monotonic_ns(), log=log, takes=(), image=None)


@pytest.fixture
def box() -> Iterator[Box]:
    """A box in a folder with a short path, as sockets need."""
    folder = Path(tempfile.mkdtemp(prefix="countoff-"))
    box = Box(folder)
    yield box
    box.stop()
    shutil.rmtree(folder)


def test_a_song_is_chosen_with_its_section(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the capitals; what is said is what the box plays next."""
    assert box.run("choose", "kingdom", "--from", "bridge", "--loop") == 0
    assert capsys.readouterr().out == "Kingdom: loop Bridge, bar 17\n"
    assert (box.state.song.title, box.state.start_index, box.state.is_looped) == (
        "Kingdom",
        1,
        True,
    )

    assert box.run("choose", "Kingdom") == 0
    assert (box.state.start_index, box.state.is_looped) == (0, False)
    assert box.run("choose", "Air") == 0
    assert capsys.readouterr().out.endswith("Air: from the top\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Kingdon"], 'no song "Kingdon". Did you mean "Kingdom"?'),
        (["Kingdom", "--from", "Brigde"], 'no section "Brigde". Did you mean "Bridge"?'),
        (["Kingdom", "--from", "Out", "--loop"], "no end to loop at"),
        (["Air", "--from", "Verse"], "Air is a free song: it has no sections"),
    ],
)
def test_what_cannot_be_chosen_is_a_sentence(
    box: Box, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Exit code 1, and the box plays what it did."""
    before = box.state.song
    assert box.run("choose", *words) == 1
    assert said in capsys.readouterr().err
    assert box.state.song == before


def test_nothing_is_chosen_while_a_take_runs(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said at once, and not after some seconds of silence."""
    object.__setattr__(box.state, "phase", Phase.ROLLING)
    assert box.run("choose", "Air") == 1
    assert "between takes" in capsys.readouterr().err


def test_without_a_box_both_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, as every command of the box."""
    parser = argparse.ArgumentParser()
    add_song_commands(parser.add_subparsers(required=True))
    for command in ("choose", "save"):
        arguments = parser.parse_args(
            ["song", command, "Kingdom", "--socket", str(tmp_path / "none")]
        )
        assert arguments.run(arguments) == 3
        assert "No Countoff is running" in capsys.readouterr().err


def test_the_days_tempo_is_saved_and_played_as_written(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file has the new tempo, every other in proportion, and its comments; nothing sounds faster."""
    box.go_to_kingdom()
    box.do("nudge_up")
    played = box.state.song
    before = box.written()
    assert box.run("save", "kingdom") == 0

    assert box.state.song == played
    assert box.state.tempo_ratios == {}
    assert box.written() == before.scaled(Fraction(93, 92))
    text = (box.songs / "kingdom.toml").read_text()
    assert "tempo = 93        # as the demo has it" in text
    said = capsys.readouterr().out
    assert "Kingdom began at 92 and begins at 93 now, and every other tempo in proportion" in said
    assert "kingdom.toml" in said
    assert said.endswith("The box plays it as written.\n")


def test_what_is_saved_is_told_in_the_beat_of_the_song(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dotted quarters at 58 that were nudged are at 59, as on the screen."""
    stairs = 'title = "Kingdom"\nmeter = "6/8"\ntempo = "dotted quarter = 58"\nbars = 8\n'
    (box.songs / "kingdom.toml").write_text(stairs)
    assert box.run("choose", "Kingdom") == 0
    box.do("nudge_up")

    capsys.readouterr()
    assert box.run("save", "kingdom") == 0
    assert "Kingdom began at 58 and begins at 59 now:" in capsys.readouterr().out


def test_saving_twice_saves_once(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time there is nothing to save, or the box has not read the first one yet."""
    box.go_to_kingdom()
    box.do("nudge_up")
    assert box.run("save", "Kingdom") == 0
    saved = (box.songs / "kingdom.toml").read_text()
    assert box.run("save", "Kingdom") == 1
    assert "played as written, at 93: nothing to save" in capsys.readouterr().err
    assert (box.songs / "kingdom.toml").read_text() == saved


def test_saving_twice_before_the_box_has_read_it_saves_once(
    box: Box, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box still tells the old tempo and the day's ratio: the file is not what it plays from."""
    monkeypatch.setattr("countoff.songs.saving_command.READ_WITHIN_S", 0.0)
    box.go_to_kingdom()
    box.do("nudge_up")
    box.is_asleep = True
    assert box.run("save", "Kingdom") == 0
    assert "has not read it yet" in capsys.readouterr().out
    saved = (box.songs / "kingdom.toml").read_text()
    assert box.run("save", "Kingdom") == 1
    assert "not what the box plays from" in capsys.readouterr().err
    assert (box.songs / "kingdom.toml").read_text() == saved
    box.is_asleep = False
    assert box.run("save", "Kingdom") == 1
    assert box.state.song.tempo == Tempo(Fraction(93))


def test_a_file_that_has_changed_its_shape_is_left_alone(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody works on it: what the box plays is not what stands there."""
    box.go_to_kingdom()
    box.do("nudge_up")
    box.is_asleep = True
    text = KINGDOM.replace("bars = 8", "bars = 12")
    (box.songs / "kingdom.toml").write_text(text)
    assert box.run("save", "Kingdom") == 1
    assert "not what the box plays from" in capsys.readouterr().err
    assert (box.songs / "kingdom.toml").read_text() == text


def test_what_has_no_tempo_or_no_file_is_a_sentence(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    """A free song; a song that the configuration's folder does not have."""
    assert box.run("save", "Air") == 1
    assert "free song" in capsys.readouterr().err
    box.go_to_kingdom()
    box.do("nudge_up")
    box.is_asleep = True
    (box.songs / "kingdom.toml").unlink()
    assert box.run("save", "Kingdom") == 1
    assert "--config" in capsys.readouterr().err


def test_saved_while_a_take_runs_it_comes_in_after_it(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is written, and nobody waits for the end of the take."""
    box.go_to_kingdom()
    box.do("nudge_up")
    object.__setattr__(box.state, "phase", Phase.ROLLING)
    assert box.run("save", "Kingdom") == 0
    assert "when this take is over" in capsys.readouterr().out
    assert box.written().tempo == Tempo(Fraction(93))
