"""`countoff rehearse`: its exit codes, its sentences, and what it leaves behind."""

from __future__ import annotations

import sqlite3
import tempfile
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Rehearse = Callable[..., int]

SHORT = """
song "Short" tempo 240 meter 2/4 count-in 1 bars
at 0.2    press ROLL
          sent record within 10 ms
          heard count-in accent after 0.5 s
bar 2.1   press KEEPER
bar 3.1   hold ROLL 0.7 s
after 0.4 s press ROLL
heard every click from bar 0.1 to bar 4.1
logged flag keeper at bar 2.1
"""

WRONG = """
song "Short" tempo 240 meter 2/4 count-in 1 bars
at 0.2    press ROLL
          sent stop within 10 ms
          heard beat after 0.5 s
          see page rolling, take 2, message "HELLO"
bar 1.1   heard beat
bar 1.2   heard accent at -6 dB
bar 2.1   heard nothing for 1 s
bar 2.1   see page rolling
bar 1.1   see page rolling
bar 9.3   press ROLL
after 1 s do stop
bar 99.1  press ROLL
heard 3 clicks from bar 1.1 to bar 2.1
heard every click from bar 0.1 to bar 40.1
heard nothing from bar 1.1
heard nothing
heard subdivision at bar 1.1
sent exactly stop
sent nothing
sent record 2 times
logged no take
logged take 2 ended
logged take 1 cancelled
logged flag keeper at bar 1.1
logged 1 flag
logged incident "gap"
logged 2 incidents
logged press ROLL "nothing"
"""

MISTAKEN = """
song "A" tempo 0
song "B" tempo 100 lenght 3 bars
at 1 press ROL
  see pag idle
at 2 pres ROLL
at 3 hold ROLL
at 4 logged 1 take
press ROLL
at 6 see message "not closed
at 7 do end_at_bra
at 9 see page idle
at 6 press ROLL
"""


def test_what_is_met_is_0(rehearse: Rehearse, tmp_path: Path) -> None:
    """A session that is as its script expects ends with 0."""
    (tmp_path / "s").write_text(SHORT)

    assert rehearse(tmp_path / "s", "--keep", tmp_path / "kept") == 0


def test_each_line_that_is_not_met_is_a_sentence(
    rehearse: Rehearse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong expectation ends with 1, and every one is told with its line and what was found."""
    script = tmp_path / "wrong.session"
    script.write_text(WRONG)

    assert rehearse(script, "--keep", tmp_path / "kept") == 1
    told = capsys.readouterr().out.splitlines()
    met = {"at 0.2    press ROLL", "bar 2.1   see page rolling", "after 1 s do stop"}
    wrong = [
        number
        for number, line in enumerate(WRONG.splitlines(), start=1)
        if line and not line.startswith("song") and line not in met
    ]
    assert sorted({int(line.split(":")[1]) for line in told[:-1]}) == wrong
    assert all("expected" in line for line in told[:-1])
    assert f"{len(wrong)} lines not met" in told[-1]


def test_all_mistakes_of_a_script_are_told_at_once(
    rehearse: Rehearse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that cannot be understood ends with 2, with a sentence and a guess for each line."""
    script = tmp_path / "mistaken.session"
    script.write_text(MISTAKEN)

    assert rehearse(script, "--keep", tmp_path / "kept") == 2
    told = capsys.readouterr().err.splitlines()
    assert [int(line.split(":")[1]) for line in told] == [*range(2, 12), 13]
    assert not (tmp_path / "kept").exists()
    for guess in ("length", "roll", "page", "press", "end_at_bar"):
        assert any(f'Did you mean "{guess}"?' in line for line in told)


def test_a_script_that_is_not_there_is_2(
    rehearse: Rehearse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing script is one sentence that names it."""
    assert rehearse(tmp_path / "none.session") == 2
    assert "none.session cannot be read" in capsys.readouterr().err


def test_a_song_file_that_is_not_there_is_2(
    rehearse: Rehearse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script whose song cannot be read is not played; one that comes to lack it later is."""
    script = tmp_path / "s"
    script.write_text("song file gone.toml\nat 1 press ROLL")
    assert rehearse(script, "--keep", tmp_path / "kept") == 2
    assert f"{script}:1: gone.toml is no song: " in capsys.readouterr().err

    script.write_text('at 1 songs change to file gone.toml\n  see fault "gone.toml"')
    assert rehearse(script, "--keep", tmp_path / "kept") == 0


def test_a_folder_with_something_in_it_is_not_touched(
    rehearse: Rehearse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rehearsal never writes where something lies: it could be somebody's takes."""
    (tmp_path / "s").write_text(SHORT)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "takes.sqlite").write_text("somebody's")

    assert rehearse(tmp_path / "s", "--keep", kept) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in kept.iterdir()] == ["takes.sqlite"]
    assert (kept / "takes.sqlite").read_text() == "somebody's"


def test_a_folder_is_found_and_named(
    rehearse: Rehearse,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without --keep everything is in a new folder, whose name is printed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "s").write_text(SHORT)

    assert rehearse(tmp_path / "s") == 0
    folder = next(path for path in tmp_path.iterdir() if path.is_dir())
    assert str(folder) in capsys.readouterr().out
    left = {path.name for path in folder.iterdir()}
    assert {"click.wav", "midi.mid", "midi.txt", "takes.sqlite"} <= left


def left_in(folder: Path) -> dict[str, object]:
    """Return what a rehearsal left, the log as its rows but for the ids of its writers."""
    with wave.open(str(folder / "click.wav")) as wav:
        sound = (wav.getparams()[:4], wav.readframes(wav.getnframes()))
    log = sqlite3.connect(folder / "takes.sqlite")
    try:
        names = ("sessions", "takes", "take_events", "flags", "presses", "incidents")
        rows = {
            name: log.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in names
        }
    finally:
        log.close()
    return {"sound": sound, "midi": (folder / "midi.mid").read_bytes(), **rows}


def test_the_same_script_leaves_the_same(rehearse: Rehearse, tmp_path: Path) -> None:
    """Samples, bytes and rows of two rehearsals do not differ, in virtual and in real time."""
    (tmp_path / "s").write_text(SHORT)

    assert rehearse(tmp_path / "s", "--keep", tmp_path / "a") == 0
    assert rehearse(tmp_path / "s", "--keep", tmp_path / "b") == 0
    assert rehearse(tmp_path / "s", "--real-time", "--keep", tmp_path / "c") == 0
    assert left_in(tmp_path / "a") == left_in(tmp_path / "b") == left_in(tmp_path / "c")
