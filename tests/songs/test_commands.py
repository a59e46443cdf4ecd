"""The song commands as a person types them."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.songs.riff import read_wav

from countoff.cli import main
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from collections.abc import Callable

FIRMWARE = Path(__file__).parents[2] / "firmware"
EXAMPLES = sorted((FIRMWARE / "countoff" / "songs" / "examples").glob("*.toml"))
CHART = """
title = "Long Way Down"
tempo = 120
count_in = "1 bar"
form = ["Verse", "Bridge", "Verse"]

[[section]]
name = "Verse"
bars = 4

[[section]]
name = "Bridge"
bars = 2
meter = "7/8"
tempo = 140
"""
VAMP = 'title = "Vamp"\ntempo = 120\n'


class Desk:
    """A folder with a configuration and songs, and the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.config = folder / "countoff.toml"
        self.config.write_text("[audio]\nrate_hz = 48000\n")
        (folder / "songs").mkdir()
        self.chart = self.write("songs/chart.toml", CHART)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *words: object) -> tuple[int, str, str]:
        """Run a command; return its exit code, and what it printed on output and error."""
        code = main(["--config", str(self.config), *map(str, words)])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with one song."""
    return Desk(tmp_path, capsys)


def test_check_says_what_is_right(desk: Desk) -> None:
    """A line a file, exit code 0."""
    assert desk.run("song", "check", desk.chart) == (0, f"{desk.chart} is right.\n", "")


def test_check_names_every_fault_of_every_file(desk: Desk) -> None:
    """All at once, each with its place; right files are named too; exit code 1."""
    bad = desk.write("bad.toml", 'title = "Bad"\ntempo = 9250\nmetre = "4/4"\n')
    gone = desk.folder / "gone.toml"

    code, out, _ = desk.run("song", "check", bad, desk.chart, gone)

    assert code == 1
    lines = out.splitlines()
    assert [
        line.startswith(f"{bad}, line {number}: ")
        for line, number in zip(lines, (2, 3), strict=False)
    ]
    assert 'Did you mean "meter"?' in lines[1]
    assert lines[2] == f"{desk.chart} is right."
    assert lines[3].startswith(f"{gone}: there is no such file")


def test_check_as_json(desk: Desk) -> None:
    """A list of files, each with its faults."""
    bad = desk.write("bad.toml", 'title = "Bad"\ntempo = 9250\n')

    code, out, _ = desk.run("song", "check", "--json", bad, desk.chart)

    wrong, right = json.loads(out)
    assert code == 1
    assert (wrong["file"], wrong["title"]) == (str(bad), None)
    assert [(fault["line"], fault["key"]) for fault in wrong["faults"]] == [(2, "tempo")]
    assert right == {"file": str(desk.chart), "title": "Long Way Down", "faults": []}


@pytest.mark.parametrize("word", ["chart", "chart.toml", "Long Way Down", "long way down"])
def test_a_song_of_the_box_is_found_by_name_or_title(desk: Desk, word: str) -> None:
    """In the configured folder, in small letters too."""
    code, out, err = desk.run("song", "show", word)

    assert (code, err) == (0, "")
    assert "Verse 2" in out


def test_show_as_json(desk: Desk) -> None:
    """Exact numbers."""
    code, out, _ = desk.run("song", "show", desk.chart, "--json")

    sections = json.loads(out)["sections"]
    assert code == 0
    assert [section["name"] for section in sections] == ["Verse 1", "Bridge", "Verse 2"]
    assert [section["start_s"] for section in sections] == [0.0, 8.0, 11.0]


def test_an_unknown_song_is_named_with_the_nearest(desk: Desk) -> None:
    """On standard error, exit code 1."""
    code, out, err = desk.run("song", "show", "Long Way Dwon")

    assert (code, out) == (1, "")
    assert err.endswith('is called "Long Way Dwon". Did you mean "Long Way Down"?\n')
    assert desk.run("song", "show", "gone.toml")[2] == "There is no song file gone.toml.\n"


def test_a_song_with_faults_is_not_shown(desk: Desk) -> None:
    """Its faults are."""
    bad = desk.write("bad.toml", 'title = "Bad"\ntempo = 9250\nbars = 0\n')

    code, out, err = desk.run("song", "show", bad)

    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 2


def test_an_unknown_key_is_said_and_costs_nothing(desk: Desk) -> None:
    """The song is shown all the same."""
    odd = desk.write("odd.toml", VAMP + 'colour = "red"\n')

    code, out, err = desk.run("song", "show", odd)

    assert code == 0
    assert "Vamp" in out
    assert "colour" in err


def test_a_klick_map_becomes_a_song_file(desk: Desk) -> None:
    """What is written is read without a fault, and has the title that was asked for."""
    klick = desk.write("map.txt", "verse: 8 4/4 120\nend: 2 7/8 120-90\n")
    place = desk.folder / "songs" / "new.toml"

    code, out, _ = desk.run("song", "import", klick, "-o", place, "--title", "From klick")

    song, problems = read_song(place)
    assert code == 0
    assert not problems
    assert song is not None
    assert song.title == "From klick"
    assert [section.name for section in song.sections] == ["verse", "end"]
    assert out.splitlines()[-1] == f"{place} is written."
    assert len(out.splitlines()) > 1


def test_what_cannot_be_imported_leaves_no_file(desk: Desk) -> None:
    """All its faults are said, exit code 1."""
    klick = desk.write("map.txt", "verse 8 4/4 120\nend: 2 7/7 120-90\n")
    place = desk.folder / "new.toml"

    code, out, err = desk.run("song", "import", klick, "-o", place)

    assert (code, out) == (1, "")
    assert [line.split(":")[0] for line in err.splitlines()] == [
        f"{klick}, line 1",
        f"{klick}, line 2",
    ]
    assert not place.exists()
    code, _, err = desk.run("song", "import", desk.folder / "gone.mid", "-o", place)
    assert (code, err) == (
        1,
        f"{desk.folder / 'gone.mid'} cannot be read: no such file or directory.\n",
    )


def test_what_is_there_is_not_written_over(desk: Desk) -> None:
    """Neither by an import, an export nor a click, unless it is forced."""
    place = desk.write("kept", "kept")
    klick = desk.write("map.txt", "8 120\n")
    commands: tuple[tuple[object, ...], ...] = (
        ("song", "import", klick),
        ("song", "export", desk.chart),
        ("render", desk.chart),
    )
    for command in commands:
        code, out, err = desk.run(*command, "-o", place)
        assert (code, out) == (1, "")
        assert err == f"{place} is there already; --force writes over it.\n"
        assert place.read_text() == "kept"
    for command in commands:
        place.write_text("kept")
        assert desk.run(*command, "-o", place, "--force")[0] == 0
        assert place.read_bytes() != b"kept"


@pytest.mark.parametrize("title", ["", "  ", "x" * 81, "two\nlines"])
def test_a_title_that_no_song_can_have_is_wrong_use(desk: Desk, title: str) -> None:
    """Exit code 2, before anything is read."""
    with pytest.raises(SystemExit) as left:
        desk.run("song", "import", "map", "-o", "new.toml", "--title", title)

    assert left.value.code == 2


def test_an_exported_song_comes_back(desk: Desk) -> None:
    """As the same bars, meters and tempos."""
    place, back = desk.folder / "chart.mid", desk.folder / "back.toml"

    assert desk.run("song", "export", "chart", "-o", place)[0] == 0
    assert place.read_bytes().startswith(b"MThd")
    assert desk.run("song", "import", place, "-o", back)[0] == 0

    song, problems = read_song(back)
    assert not problems
    assert song is not None
    assert [(section.name, section.bars, str(section.meter)) for section in song.sections] == [
        ("Verse 1", 4, "4/4"),
        ("Bridge", 2, "7/8"),
        ("Verse 2", 4, "4/4"),
    ]


def test_render_says_where_bar_1_is(desk: Desk) -> None:
    """The first click is the file's first sample, and bar 1 where it says."""
    place = desk.folder / "click.wav"

    code, out, err = desk.run("render", "chart", "-o", place)

    assert (code, err) == (0, "")
    assert out == (
        f"{place}: Long Way Down, 0:21.000 at 48000 Hz, 24 bit.\nBar 1 is at sample 96 000.\n"
    )
    wav = read_wav(place.read_bytes())
    assert wav.samples[0] != 0
    assert wav.cues == [(96_000, "Verse 1"), (480_000, "Bridge"), (624_000, "Verse 2")]
    for frame, _ in wav.cues:
        assert not wav.samples[frame - 100 : frame].any()
        assert wav.samples[frame] != 0


def test_render_takes_depth_rate_section_and_bars(desk: Desk) -> None:
    """All of them at once."""
    place = desk.folder / "click.wav"

    code, out, _ = desk.run(
        *("render", desk.chart, "-o", place, "--bits", "float", "--rate", 96_000),
        *("--from", "verse 2", "--bars", 1, "--no-count-in"),
    )

    wav = read_wav(place.read_bytes())
    assert code == 0
    assert "32-bit float" in out
    assert "Bar 7 is at sample 0." in out
    assert (wav.rate_hz, wav.bits, wav.cues) == (96_000, 32, [(0, "Verse 2")])
    assert len(wav.samples) == 4 * 48_000


def test_what_cannot_be_rendered_leaves_no_file(desk: Desk) -> None:
    """A sentence, exit code 1."""
    place = desk.folder / "click.wav"
    vamp = desk.write("songs/vamp.toml", VAMP)
    free = desk.write("songs/free.toml", 'title = "Free"\n')

    for words, sentence in (
        ((vamp,), "--bars 120"),
        ((free,), '"Free" has no tempo'),
        ((desk.chart, "--from", "Brige"), 'Did you mean "Bridge"?'),
        ((desk.chart, "--output", "drummer"), 'No output of the configuration is called "drummer"'),
        (("Nobody",), 'is called "Nobody"'),
    ):
        code, out, err = desk.run("render", *words, "-o", place)
        assert (code, out) == (1, "")
        assert sentence in err
    code, _, err = desk.run("render", desk.chart, "-o", desk.folder / "no" / "click.wav")
    assert (code, "there is no folder" in err) == (1, True)
    assert not list(desk.folder.glob("*click*"))


@pytest.mark.parametrize(
    "wrong",
    [
        ("--rate", "7999"),
        ("--rate", "384001"),
        ("--rate", "fast"),
        ("--bits", "32"),
        ("--bars", "0"),
    ],
)
def test_wrong_numbers_are_wrong_use(desk: Desk, wrong: tuple[str, str]) -> None:
    """Exit code 2 and what is allowed."""
    with pytest.raises(SystemExit) as left:
        desk.run("render", desk.chart, "-o", "click.wav", *wrong)

    assert left.value.code == 2


def test_each_output_is_rendered_as_it_is_heard(desk: Desk) -> None:
    """The first unless another is named; levels, and what is off there."""
    desk.config.write_text(
        """
[audio]
channels = 4
[click]
sound = "beep"
[[click.output]]
name = "drummer"
channels = [1, 2]
[[click.output]]
name = "control room"
channels = [3]
level = -6
levels = { accent = "off" }
"""
    )
    heard = {}
    for name, words in (
        ("first", ()),
        ("drummer", ("--output", "Drummer")),
        ("control room", ("--output", "control room")),
    ):
        place = desk.folder / f"{name}.wav"
        code, _, err = desk.run(
            "render", "chart", "-o", place, "--bits", "float", "--no-count-in", *words
        )
        assert (code, err) == (0, "")
        heard[name] = read_wav(place.read_bytes()).samples
    assert np.array_equal(heard["first"], heard["drummer"])
    beat = slice(24_000, 47_000)
    assert not heard["control room"][:23_000].any()
    assert heard["drummer"][:23_000].any()
    assert heard["control room"][beat] == pytest.approx(heard["drummer"][beat] / 10**0.3, abs=1e-6)


def test_a_sound_that_cannot_be_read_is_said(desk: Desk) -> None:
    """And the click is rendered with another."""
    desk.config.write_text('[click]\nsound = "gone.wav"\n')
    place = desk.folder / "click.wav"

    code, _, err = desk.run("render", "chart", "-o", place)

    assert code == 0
    assert "gone.wav" in err
    assert read_wav(place.read_bytes()).samples.any()


def _on_a_terminal(words: list[str], act: Callable[[int, bytes], bool]) -> tuple[int, str]:
    """Run the command with a terminal as standard error until it ends; return code and output.

    `act` is called with the process id and what is printed, until it has acted.
    """
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "countoff", *words]
    environment = {**os.environ, "PYTHONPATH": str(FIRMWARE), "TERM": "xterm", "COLUMNS": "80"}
    # Where the tests run in the background, Ctrl-C is ignored by them, and would be by the program.
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            program, stdout=subprocess.DEVNULL, stderr=theirs, env=environment
        )
    finally:
        signal.signal(signal.SIGINT, ignored)
    with process:
        os.close(theirs)
        printed, has_acted = b"", False
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:
                break
            if not part:
                break
            printed += part
            has_acted = has_acted or act(process.pid, printed)
        code = process.wait(60)
    os.close(ours)
    return code, printed.decode(errors="replace")


def test_progress_is_shown_on_a_terminal_and_a_stop_leaves_nothing(desk: Desk) -> None:
    """Of a long song a bar is drawn; Ctrl-C ends it, and neither file nor part of one is left."""
    long = desk.write("long.toml", 'title = "Long"\ntempo = 20\nbars = 900\nsubdivision = "16th"\n')
    place = desk.folder / "click.wav"

    def stop(process_id: int, printed: bytes) -> bool:
        if b"Rendering" not in printed:
            return False
        os.kill(process_id, signal.SIGINT)
        return True

    code, printed = _on_a_terminal(
        ["--config", str(desk.config), "render", str(long), "-o", str(place), "--rate", "96000"],
        stop,
    )

    assert code == 1
    assert "Rendering" in printed
    assert f"Stopped; {place} was not written." in printed.replace("\r\n", "").replace("\n", "")
    assert not list(desk.folder.glob("*click*"))


def test_a_disk_that_fills_up_is_a_sentence_and_leaves_nothing(desk: Desk) -> None:
    """The file may not grow beyond what there is room for: no part of it is left."""
    place = desk.folder / "click.wav"
    words = ["--config", str(desk.config), "render", str(desk.chart), "-o", str(place)]
    program = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
from countoff.cli import main
sys.exit(main({words!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(FIRMWARE)},
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{place} cannot be written: file too large.\n"
    assert not list(desk.folder.glob("*click*"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_right_shown_exported_and_rendered(desk: Desk, example: Path) -> None:
    """Each of the songs that ship with the program, with every command."""
    song, _ = read_song(example)
    assert song is not None

    assert desk.run("song", "check", example) == (0, f"{example} is right.\n", "")
    code, out, err = desk.run("song", "show", example)
    assert (code, err, out.startswith(song.title)) == (0, "", True)
    place = desk.folder / "example"
    code, _, err = desk.run("song", "export", example, "-o", place)
    assert (code, bool(err)) == (song.is_free, song.is_free)
    bars = ("--bars", 60) if song.length_ticks is None else ()
    rendering = ("--bits", 16, "--rate", 44_100, *bars)
    code, out, _ = desk.run("render", example, "-o", place, "--force", *rendering)
    assert code == song.is_free
    if not song.is_free:
        wav = read_wav(place.read_bytes())
        assert [name for _, name in wav.cues] == [
            section.name or "Bar 1" for section in song.sections
        ]
        assert f"Bar 1 is at sample {wav.cues[0][0]:,}.".replace(",", " ") in out


def test_a_pipe_gets_no_progress(desk: Desk) -> None:
    """Standard error that is no terminal stays empty, however long it takes."""
    long = desk.write("long.toml", 'title = "Long"\ntempo = 20\nbars = 60\nsubdivision = "16th"\n')

    code, _, err = desk.run("render", long, "-o", desk.folder / "click.wav")

    assert (code, err) == (0, "")
