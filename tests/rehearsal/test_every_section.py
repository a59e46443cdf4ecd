"""A take from any section of any example is the whole song from that bar on, click for click."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import countoff
from countoff.rehearsal.evidence import Evidence
from countoff.rehearsal.hearing import Heard, clicks_heard
from countoff.rehearsal.logbook import LoggedTakeRow, read_logbook
from countoff.rehearsal.playing import play
from countoff.rehearsal.script import parse_script
from countoff.rehearsal.song_files import song_files_in
from countoff.rehearsal.virtual_unit import VirtualUnit
from countoff.rehearsal.walk import Spot, Walk

if TYPE_CHECKING:
    from countoff.core.song import Song

EXAMPLES = sorted(Path(countoff.__file__).parent.glob("songs/examples/*.toml"))
RATE_HZ = 48_000
PART_S = 20


def length_s(song: Song) -> int:
    """Return how long a take of the whole song is: three minutes more where it rolls on."""
    sections = range(len(song.sections))
    begins = [Walk(song).seconds(Walk(song, index).begin) for index in sections]
    return int(begins[-1]) + 180


def bar1_frame(evidence: Evidence, take: LoggedTakeRow) -> int:
    """Return where bar 1 of the song lies, also for a take that begins later."""
    walk = evidence.walk(take)
    return evidence.frame_of(take, walk, Fraction(0))


def heard_in(evidence: Evidence, take: LoggedTakeRow) -> list[Heard]:
    """Return what was heard of a take until it was stopped, with the frame that it has in the song."""
    bar1, end = bar1_frame(evidence, take), end_frame(evidence, take)
    first = evidence.frame(take.first_click_ns) - bar1
    of_song = [replace(one, frame=one.frame - bar1) for one in evidence.heard]
    return [one for one in of_song if first <= one.frame < end]


def end_frame(evidence: Evidence, take: LoggedTakeRow) -> int:
    """Return where a take ended, in frames after the song's bar 1."""
    assert take.ended_ns is not None
    return evidence.frame(take.ended_ns) - bar1_frame(evidence, take)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_take_from_each_section(path: Path, tmp_path: Path) -> None:
    """Bars have the song's numbers, and the clicks are those of the whole song, on its frames."""
    song = song_files_in(path.parent)(path.name).song
    assert song is not None
    text = f"song file {path.name}\nat 1 press ROLL\nat {length_s(song)} do stop\n"
    for _ in song.sections[1:]:
        text += f"after 1 s do next_section\nafter 1 s press ROLL\nafter {PART_S} s do stop\n"
    script = parse_script(text, song_files_in(path.parent))

    course = play(script, VirtualUnit(script.songs, tmp_path))
    heard = clicks_heard(tmp_path / "click.wav", RATE_HZ)
    (tmp_path / "click.wav").unlink()
    evidence = Evidence(script, course, heard, read_logbook(tmp_path))

    whole, *parts = evidence.logbook.takes
    of_song = heard_in(evidence, whole)
    first_bars = Walk(song).first_bars
    assert [take.start_bar for take in parts] == list(first_bars[1:])
    assert [take.start_section for take in parts] == [each.name for each in song.sections[1:]]
    for take in evidence.logbook.takes:
        walk, end = evidence.walk(take), end_frame(evidence, take)
        charted = {
            evidence.frame_of(take, walk, click.seconds) - bar1_frame(evidence, take): click.voice
            for click in walk.clicks(walk.seconds(walk.begin), Fraction(end, RATE_HZ))
        }
        found = heard_in(evidence, take)
        assert {one.frame: one.voice for one in found} == charted
        start = round(walk.seconds(Spot(walk.start_index, Fraction(0))) * RATE_HZ)
        alike = zip(
            [one for one in found if one.frame >= start],
            [one for one in of_song if start <= one.frame < end],
            strict=True,
        )
        for one, other in alike:
            assert (one.frame, one.voice) == (other.frame, other.voice)
            assert one.level_db == pytest.approx(other.level_db, abs=0.3)
