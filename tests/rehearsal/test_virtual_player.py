"""The rehearsal's player is as late, and as exact, as a sound card would make it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.core.events import ClickGap, ClickStopped, ClockFitted, Mishap
from countoff.core.plan import Click, Voice
from countoff.core.voices import voice_bank
from countoff.player.link import PlayerSettings
from countoff.rehearsal.click_wav import ClickWav
from countoff.rehearsal.virtual_player import VirtualPlayer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from countoff.core.events import Event

SECOND = 1_000_000_000
RATE_HZ = 48_000
LATENCY_FRAMES = 1920  # 40 ms


class Room:
    """A player that writes to a file, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Event] = []
        self._path = folder / "click.wav"
        self._wav = ClickWav(self._path, RATE_HZ)
        self._wav.open()
        self._is_finished = False
        self.player = VirtualPlayer(
            PlayerSettings(), self._wav, lambda _at_ns, event: self.told.append(event)
        )

    def close(self) -> None:
        """Finish the file, if a test has not asked for it."""
        if not self._is_finished:
            self._wav.close(0)

    def heard(self, length_frames: int) -> np.ndarray:
        """Finish the file and return its samples."""
        self._is_finished = True
        self._wav.close(length_frames)
        samples = np.frombuffer(self._path.read_bytes()[44:], dtype="<i2")
        assert len(samples) == length_frames
        return samples

    def of(self, kind: type[Event]) -> list[Event]:
        """Return the events of one kind."""
        return [event for event in self.told if isinstance(event, kind)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Give each test a player whose stream is open since the beginning."""
    room = Room(tmp_path)
    room.player.open_stream(0)
    yield room
    room.close()


def beats(*frames: int) -> list[Click]:
    """Return beats at these frames of the stream."""
    return [Click(frame, Voice.BEAT, 0) for frame in frames]


def as_written(voice: Voice) -> np.ndarray:
    """Return a voice as the file holds it."""
    return np.round(voice_bank(RATE_HZ)[voice] * 32767).astype(np.int16)


def test_frames_lie_where_the_clock_says(room: Room) -> None:
    """A click's first sample is in the file where the stream's clock says that it sounds."""
    (fitted,) = room.of(ClockFitted)
    assert isinstance(fitted, ClockFitted)
    room.player.start_clicks(1, beats(5000))
    room.player.play_to(SECOND)
    heard = room.heard(RATE_HZ)

    first = int(np.flatnonzero(heard)[0])
    assert first == 5000 + LATENCY_FRAMES
    assert fitted.fit.ns_at_frame(5000) == round(first * SECOND / RATE_HZ)
    written = as_written(Voice.BEAT)
    assert np.array_equal(heard[first : first + len(written)], written)


def test_looking_often_changes_no_sample(tmp_path: Path) -> None:
    """Time that moves in many small steps gives the same samples as time that moves in one."""
    found = []
    for name, steps_ns in (("a", [2 * SECOND]), ("b", range(0, 2 * SECOND + 1, 3_141_592))):
        (tmp_path / name).mkdir()
        room = Room(tmp_path / name)
        room.player.open_stream(0)
        room.player.start_clicks(1, beats(*range(4800, 90_000, 4801)))
        for at_ns in (*steps_ns, 2 * SECOND):
            room.player.play_to(at_ns)
        found.append(room.heard(RATE_HZ))
    assert np.array_equal(found[0], found[1])


def test_a_stop_fades_at_the_next_block(room: Room) -> None:
    """A stop begins its fade with the first block that was not rendered yet, and tells its frame."""
    room.player.start_clicks(1, beats(24_000, 25_000, 48_000))
    room.player.play_to(SECOND // 2 + 10_000_000)  # 24480 frames: blocks up to 24576 are rendered
    room.player.stop_clicks()
    room.player.play_to(2 * SECOND)

    (stopped,) = room.of(ClickStopped)
    assert isinstance(stopped, ClickStopped)
    assert stopped.frame == 24_576
    heard = room.heard(2 * RATE_HZ)
    fade_end = LATENCY_FRAMES + 24_576 + 240
    before = LATENCY_FRAMES + 24_576
    assert np.array_equal(heard[LATENCY_FRAMES + 24_000 : before], as_written(Voice.BEAT)[:576])
    assert not heard[fade_end:].any()


def test_a_start_replaces_what_sounds_and_tells_no_stop(room: Room) -> None:
    """The clicks of a new start replace those before; nobody is told of a stop."""
    room.player.start_clicks(1, beats(24_000))
    room.player.play_to(SECOND // 10)
    room.player.start_clicks(1, beats(30_000))
    room.player.play_to(SECOND)

    heard = room.heard(RATE_HZ)
    assert int(np.flatnonzero(heard)[0]) == 30_000 + LATENCY_FRAMES
    assert room.of(ClickStopped) == []


def test_lost_frames_keep_the_grid(room: Room) -> None:
    """After a gap the clicks are where they would have been, and the gap is told with its frame."""
    room.player.start_clicks(1, beats(12_000, 36_000))
    room.player.play_to(SECOND // 2)
    room.player.lose_frames(1000)
    room.player.play_to(SECOND)

    heard = room.heard(RATE_HZ)
    assert np.flatnonzero(heard)[0] == 12_000 + LATENCY_FRAMES
    assert heard[36_000 + LATENCY_FRAMES] == as_written(Voice.BEAT)[0]
    assert not heard[36_000 + LATENCY_FRAMES - 1000 : 36_000 + LATENCY_FRAMES].any()
    (gap,) = room.of(ClickGap)
    assert isinstance(gap, ClickGap)
    assert (gap.lost_frames, gap.frame) == (1000, 47 * 512 + 1000)


def test_a_lost_stream_is_silent_and_the_next_one_lies_on_its_frames(room: Room) -> None:
    """Orders for a stream that is gone do nothing; the next stream's clock is exact at once."""
    room.player.start_clicks(1, beats(12_000, 36_000))
    room.player.play_to(SECOND // 2)
    room.player.lose_stream()
    room.player.start_clicks(1, beats(36_000))
    room.player.play_to(SECOND)
    room.player.open_stream(0)
    _, fitted = room.of(ClockFitted)
    assert isinstance(fitted, ClockFitted)
    frame = fitted.fit.nearest_frame_at_ns(2 * SECOND)
    room.player.start_clicks(fitted.fit.epoch, beats(frame))
    room.player.play_to(3 * SECOND)

    heard = room.heard(3 * RATE_HZ)
    sounding = np.flatnonzero(heard)
    assert fitted.fit.epoch == 2
    assert int(sounding[sounding > RATE_HZ][0]) == 2 * RATE_HZ
    assert not heard[RATE_HZ // 2 + LATENCY_FRAMES + 512 : 2 * RATE_HZ].any()


def test_what_comes_too_late_is_told(room: Room) -> None:
    """Clicks for frames that were rendered already are dropped, and that is an incident."""
    room.player.play_to(SECOND)
    room.player.start_clicks(1, beats(100, 90_000))
    room.player.play_to(2 * SECOND)

    (mishap,) = room.of(Mishap)
    assert isinstance(mishap, Mishap)
    assert mishap.kind == "missed clicks"
    assert mishap.detail.startswith("1 ")


def test_no_real_time_priority_is_taken(room: Room) -> None:
    """A rehearsal runs on an ordinary thread, and stays there: virtual time never waits."""
    room.player.start_clicks(1, beats(100))
    room.player.play_to(SECOND)

    assert os.sched_getscheduler(0) == os.SCHED_OTHER
