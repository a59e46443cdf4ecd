"""A real chart on a real audio server: every click judged by an ear and an oracle of their own.

Sections, a seven-eight bridge, a ritardando, a count-in with words, takes from the top and from the
bridge, and a loop. Neither the ear nor the oracle shares code with the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from tests.core import oracle
from tests.end_to_end.recording import Ear, Recording
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

from countoff.control.client import Client
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.song import Song

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_TRIES = 3
_LONGEST_SESSION_S = 120
# The ear tells a click by the silence before it: subdivisions would run into the beats.
_CHART = """
title = "Long Way Down"
tempo = 370.6
count_in = "1 . 2 . 1 2 3 4"

[[section]]
name = "Verse"
bars = 3

[[section]]
name = "Bridge"
bars = 2
meter = "7/8"
grouping = "2+2+3"
tempo = 163.7

[[section]]
name = "Outro"
bars = 2
meter = "4/4"
tempo = { from = 380, to = 242.6 }
level = -6
"""


@dataclass(frozen=True)
class Heard:
    """A session with the chart: what the ear heard, and what the log says of its takes."""

    recording: Recording
    takes: list[dict[str, Any]]
    song: Song

    def frames(self, take: dict[str, Any]) -> list[int]:
        """Return the onsets from a take's first click to the next take's."""
        later = [
            other["first_click_frame"]
            for other in self.takes
            if other["first_click_frame"] > take["first_click_frame"]
        ]
        return [
            onset.frame
            for onset in self.recording.onsets()
            if take["first_click_frame"] <= onset.frame < min(later, default=1 << 40)
        ]

    def is_whole(self, take: dict[str, Any]) -> bool:
        """Tell whether the server lost nothing while the take ran."""
        return self.recording.is_whole(take["first_click_frame"], take["end_frame"])

    def judge(self, take: dict[str, Any], sounds: list[oracle.Sound]) -> None:
        """Hold the onsets of a take against what must sound, by the log's frame of bar 1."""
        bar1 = Fraction(take["bar1_frame"])
        exact = [sound.frame(bar1, self.recording.rate_hz) for sound in sounds]
        ends = take["end_frame"]
        expected = [place for place in exact if place < ends - oracle.HALF_A_SAMPLE]
        frames = self.frames(take)
        assert len(frames) == len(expected)
        assert all(
            abs(frame - place) <= oracle.HALF_A_SAMPLE
            for frame, place in zip(frames, expected, strict=True)
        )


def _choose(unit: Unit, section: str, *, is_looped: bool = False) -> None:
    with Client([unit.folder / "control.sock"]) as client:
        answer = client.ask(ask="song", title="Long Way Down", section=section, is_looped=is_looped)
        assert answer["ok"]


def _let_it_ring_out(unit: Unit) -> None:
    unit.wait_for_phase("ring_out")
    # The engineer ends it: a foot that ends it and starts at once would be a stutter.
    unit.do("stop")
    unit.wait_for_phase("idle")


def _play(unit: Unit) -> None:
    unit.press("roll")
    _let_it_ring_out(unit)
    _choose(unit, "Bridge")
    unit.press("roll")
    _let_it_ring_out(unit)
    _choose(unit, "Bridge", is_looped=True)
    unit.press("roll")
    unit.wait_until(
        lambda status: status["phase"] == "rolling" and status["bar"] == 5, "the first pass ends"
    )
    unit.wait_until(lambda status: status["bar"] == 4, "the second pass begins")
    unit.wait_until(lambda status: status["bar"] == 5, "the second pass ends")
    unit.wait_until(lambda status: status["bar"] == 4, "the third pass begins")
    unit.hold(
        "roll",
        lambda status: status["message"].startswith("ENDS AFTER BAR"),
        "the take ends at the bar",
    )
    _let_it_ring_out(unit)
    unit.wait_until(
        lambda now: now["log"]["saved"] == now["log"]["submitted"], "everything is on disk"
    )


def _one_session(folder: Path) -> Heard:
    env = plain_environment()
    with running_jack(folder, env):
        unit = Unit(folder, env)
        unit.add_song("long_way_down.toml", _CHART)
        with unit, Ear(folder, env, _LONGEST_SESSION_S) as ear:
            unit.start()
            ear.wait_until_connected()
            _play(unit)
            recording = ear.close()
    song, problems = read_song(folder / "songs" / "long_way_down.toml")
    assert song is not None
    assert not problems
    return Heard(recording, unit.rows("SELECT * FROM takes ORDER BY entry"), song)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """Return the first session that the server itself left whole."""
    for _ in range(_TRIES):
        session = _one_session(tmp_path_factory.mktemp("chart"))
        if all(session.is_whole(take) for take in session.takes):
            return session
    pytest.fail(f"In {_TRIES} sessions the server left none whole.")


def test_the_whole_chart_is_on_its_exact_frames(heard: Heard) -> None:
    """From the top: count-in, verse, bridge in 7/8 and ritardando, each click where it belongs."""
    heard.judge(heard.takes[0], oracle.heard(heard.song))


def test_a_take_from_the_bridge_is_the_songs_own_from_there_on(heard: Heard) -> None:
    """Its count-in is in the bridge's tempo, and its clicks are those of the whole song."""
    whole, bridge = heard.takes[0], heard.takes[1]
    heard.judge(bridge, oracle.heard(heard.song, start=1))
    clicks = sum(sound.bar >= 4 for sound in oracle.heard(heard.song, start=1))
    from_bar1 = [
        [frame - take["bar1_frame"] for frame in heard.frames(take)][-clicks:]
        for take in (whole, bridge)
    ]
    assert from_bar1[0] == from_bar1[1]


def test_a_loop_comes_round_on_the_exact_frame(heard: Heard) -> None:
    """The third pass of the bridge is where two whole passes after the first belong."""
    heard.judge(heard.takes[2], oracle.heard(heard.song, start=1, passes=8))


def test_the_log_names_the_songs_own_bars(heard: Heard) -> None:
    """The loop ended after bar 4 of the song, though it was the fifth that was played."""
    assert [take["end_bar"] for take in heard.takes] == [7, 7, 4]
