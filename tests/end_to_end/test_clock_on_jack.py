"""The MIDI clock of a real box on a real audio server: every byte judged by an ear and an oracle.

A chart with a bridge in 7/8 and a ritardando, from the top and from the bridge. Neither the ear nor
the oracle shares code with the box.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from tests.core import oracle
from tests.end_to_end.recording import Ear, Recording
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import BLOCK_FRAMES, running_jack

from countoff.control.client import Client
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.song import Song

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_TRIES = 4
_LONGEST_SESSION_S = 90
_SETTINGS = '[midi]\nbackend = "jack"\nclock = "bar_1"\n'
_PULSE = Fraction(1, 24)
_LAST_TEMPO = Fraction("242.6")
_CHART = """
title = "Long Way Down"
tempo = 370.6
count_in = "1 bar"

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
"""
# In quarters: where sections begin and the song ends.
_BRIDGE, _END = Fraction(12), Fraction(12 + 7 + 8)


@dataclass(frozen=True)
class Heard:
    """A session: what the ear heard of sound and clock, and what the log says of its takes."""

    recording: Recording
    takes: list[dict[str, Any]]
    song: Song

    def words(self, take: dict[str, Any]) -> list[tuple[int, str]]:
        """Return all that is no pulse from a take's beginning to its stop."""
        return [(frame, data) for frame, data in self._bytes(take) if data != "f8"]

    def pulses(self, take: dict[str, Any]) -> list[int]:
        """Return the frames of a take's pulses."""
        return [frame for frame, data in self._bytes(take) if data == "f8"]

    def _bytes(self, take: dict[str, Any]) -> list[tuple[int, str]]:
        begins = take["first_click_frame"] - self.recording.rate_hz // 4
        later = [
            other["first_click_frame"] - self.recording.rate_hz // 4
            for other in self.takes
            if other["first_click_frame"] > take["first_click_frame"]
        ]
        ends = min(later, default=1 << 40)
        return [(frame, data) for frame, data in self.recording.midi if begins <= frame < ends]

    def is_whole(self, take: dict[str, Any]) -> bool:
        """Tell whether the server lost nothing from the take's first pulse to its stop."""
        return self.recording.is_whole(self.pulses(take)[0], self.words(take)[-1][0])

    def exact_frame(self, take: dict[str, Any], start: int, quarters: Fraction) -> Any:
        """Return where a place of the song belongs in a take from section `start` on."""
        whole = oracle.Course(list(self.song.sections))
        course = oracle.Course(list(self.song.sections[start:]))
        entry = _BRIDGE if start else Fraction(0)
        within = min(quarters, _END)
        seconds = whole.seconds(entry) + course.seconds(within - entry)
        seconds += oracle.real(60 * (quarters - within) / _LAST_TEMPO)
        return oracle.real(Fraction(take["bar1_frame"])) + seconds * self.recording.rate_hz


def _play(unit: Unit) -> None:
    unit.press("roll")
    unit.wait_for_phase("ring_out")
    # The clock runs on for a moment, while the cymbals do.
    frames = unit.status()["at_ns"] + 1_000_000_000
    unit.wait_until(lambda status: status["at_ns"] > frames, "it has rung out for a second")
    unit.do("stop")
    unit.wait_for_phase("idle")
    with Client([unit.folder / "control.sock"]) as client:
        answer = client.ask(ask="song", title="Long Way Down", section="Bridge", is_looped=False)
        assert answer["ok"]
    unit.press("roll")
    unit.wait_for_phase("ring_out")
    unit.do("stop")
    unit.wait_for_phase("idle")
    unit.wait_until(
        lambda now: now["log"]["saved"] == now["log"]["submitted"], "everything is on disk"
    )


def _one_session(folder: Path) -> Heard:
    env = plain_environment()
    with running_jack(folder, env):
        unit = Unit(folder, env, _SETTINGS)
        unit.add_song("long_way_down.toml", _CHART)
        ear = Ear(folder, env, _LONGEST_SESSION_S, midi_from="^Countoff MIDI:Clock$")
        with unit, ear:
            unit.start()
            ear.wait_until_connected()
            unit.wait_until(lambda status: status["parts"]["clock"]["state"] == "ok", "it is heard")
            _play(unit)
            unit.wait_until_certified()
            recording = ear.close()
    song, problems = read_song(folder / "songs" / "long_way_down.toml")
    assert song is not None
    assert not problems
    return Heard(recording, unit.rows("SELECT * FROM takes ORDER BY entry"), song)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """Return the first session that the server itself left whole."""
    for _ in range(_TRIES):
        session = _one_session(tmp_path_factory.mktemp("clock"))
        if all(session.is_whole(take) for take in session.takes):
            return session
    pytest.fail(f"In {_TRIES} sessions the server left none whole.")


@pytest.mark.parametrize(("number", "start"), [(0, 0), (1, 1)])
def test_every_pulse_is_on_its_exact_frame(heard: Heard, number: int, start: int) -> None:
    """24 to each quarter: count-in, 7/8, ritardando and ring-out, without one too many."""
    take = heard.takes[number]
    pulses = heard.pulses(take)
    first = -Fraction(4) if start == 0 else _BRIDGE - Fraction(7, 2)
    exact = [heard.exact_frame(take, start, first + n * _PULSE) for n in range(len(pulses))]
    worst = max(abs(frame - place) for frame, place in zip(pulses, exact, strict=True))
    assert worst <= oracle.HALF_A_SAMPLE
    after = heard.exact_frame(take, start, first + len(pulses) * _PULSE)
    stop_frame, stop = heard.words(take)[-1]
    assert stop == "fc"
    assert pulses[-1] < stop_frame <= after + heard.recording.rate_hz // 50


def test_from_the_top_the_daw_starts_on_bar_1(heard: Heard) -> None:
    """Start comes 3 ms before the pulse of bar 1, on whose very frame the click sounds."""
    take = heard.takes[0]
    (start_frame, start), (_, stop) = heard.words(take)
    assert (start, stop) == ("fa", "fc")
    assert take["bar1_frame"] - start_frame == heard.recording.rate_hz * 3 // 1000
    assert take["bar1_frame"] in heard.pulses(take)
    assert take["bar1_frame"] in [onset.frame for onset in heard.recording.onsets()]


def test_from_the_bridge_it_is_told_where_it_is(heard: Heard) -> None:
    """Sixteenth 48, with time to go there, then Continue just before the bridge's downbeat."""
    take = heard.takes[1]
    (position_frame, position), (going_frame, going), (_, stop) = heard.words(take)
    assert (position, going, stop) == ("f23000", "fb", "fc")
    downbeat_frame = int(heard.exact_frame(take, 1, _BRIDGE) + Fraction(1, 2))
    rate_hz = heard.recording.rate_hz
    assert rate_hz // 1000 <= downbeat_frame - going_frame <= 5 * rate_hz // 1000
    assert going_frame - position_frame >= rate_hz * 50 // 1000
    assert downbeat_frame in heard.pulses(take)


def test_nothing_is_sent_between_takes(heard: Heard) -> None:
    """Before the first count and after the DAW's stop there is no clock."""
    first, second = heard.takes
    stop_frame = heard.words(first)[-1][0]
    between = [
        data
        for frame, data in heard.recording.midi
        if frame < heard.pulses(first)[0] or stop_frame < frame < heard.words(second)[0][0]
    ]
    assert between == []


_STEADY = """
title = "Steady"
tempo = 150
count_in = "1 bar"
"""
_PULSE_FRAMES = 48_000 * 60 // 150 // 24
_STALL_S = 2.0
# The new stream, and a jump of the server's frames when it is noticed.
_SEAMS = 3
_IN_A_RUN = 6


def _disturbed_session(folder: Path) -> Recording:
    """Play a take whose player is killed and whose controller stalls; return what was heard."""
    env = plain_environment()
    with running_jack(folder, env):
        unit = Unit(folder, env, _SETTINGS)
        unit.add_song("steady.toml", _STEADY)
        ear = Ear(folder, env, _LONGEST_SESSION_S, midi_from="^Countoff MIDI:Clock$")
        with unit, ear:
            unit.start()
            ear.wait_until_connected()
            unit.wait_until(lambda status: status["parts"]["clock"]["state"] == "ok", "it is heard")
            unit.press("roll")
            unit.wait_for_place(2)
            player = unit.process("player")
            assert player is not None
            player.kill()
            unit.wait_until(lambda status: not status["has_sound"], "the player is missed")
            unit.wait_until(lambda status: status["has_sound"], "the click is back")
            unit.wait_for_place(unit.status()["bar"] + 1)
            os.kill(unit.pid, signal.SIGSTOP)
            # The stall itself, for as long as it is to be; nothing is waited for.
            time.sleep(_STALL_S)
            os.kill(unit.pid, signal.SIGCONT)
            unit.wait_for_place(unit.status()["bar"] + 1)
            unit.do("stop")
            unit.wait_for_phase("idle")
            unit.wait_until_certified()
            return ear.close()


def test_neither_a_killed_player_nor_a_stalled_controller_is_heard_in_the_clock(
    tmp_path: Path,
) -> None:
    """Every pulse comes, one period after the one before, and every click on the frame of one.

    A server that waits for a killed client loses cycles, with what lies in them, and its frames jump
    against time: there click and clock move together, and only that no burst comes is judged.
    """
    recording = _disturbed_session(tmp_path)
    frames = [frame for frame, data in recording.midi if data == "f8"]
    pairs = list(itertools.pairwise(frames))
    whole = [b - a for a, b in pairs if recording.is_whole(a, b)]
    assert len(whole) >= len(pairs) // 2
    # All but the seams are exact, to the frame that rounding takes.
    assert sum(abs(step - _PULSE_FRAMES) > 1 for step in whole) <= _SEAMS
    clicks = [
        onset.frame
        for onset in recording.onsets()
        if recording.is_whole(onset.frame - 2 * _PULSE_FRAMES, onset.frame + 2 * _PULSE_FRAMES)
    ]
    assert len(clicks) > 8
    assert sum(click not in frames for click in clicks) <= _SEAMS
    assert min(whole) > _PULSE_FRAMES // 2
    # Where the server's frames jump, they jump by a cycle; a burst would be nearer together still.
    runs = [b - a for a, b in zip(frames, frames[_IN_A_RUN:], strict=False)]
    assert min(runs) > (_IN_A_RUN - 1) * _PULSE_FRAMES - BLOCK_FRAMES
    lasted_ns = recording.ns_at_frame(frames[-1]) - recording.ns_at_frame(frames[0])
    lost = lasted_ns / 1e9 * recording.rate_hz / _PULSE_FRAMES - (len(frames) - 1)
    assert lost <= 2 * len(recording.gaps()) + 1
    words = [data for _, data in recording.midi if data != "f8"]
    assert words == ["fa", "fc"] or recording.xruns
