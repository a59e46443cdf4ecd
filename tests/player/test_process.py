"""The player as a process, on its virtual output: what it says, plays and does when left alone."""

from __future__ import annotations

import time
import wave
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest
import soundfile

from countoff.core.plan import Click, Voice
from countoff.player.counters import Cell
from countoff.player.link import Opened, OpenFailed, PlayerLink, PlayerSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from countoff.core.timebase import ClockFit

RATE_HZ = 48_000
DEADLINE_S = 20
T = TypeVar("T")


def wait_for(look: Callable[[], T | None]) -> T:
    """Return what `look` finds, as soon as it finds something."""
    end_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < end_s:
        if (found := look()) is not None:
            return found
        time.sleep(0.005)  # between two looks; the deadline decides
    raise AssertionError("It never came about.")


@pytest.fixture
def player(tmp_path: Path) -> Iterator[PlayerLink]:
    """A player on the virtual output, which writes a WAV."""
    settings = PlayerSettings(is_virtual=True, wav=str(tmp_path / "click.wav"))
    link = PlayerLink(settings, epoch=1)
    link.start()
    yield link
    link.child.kill()
    assert link.child.gone_within(DEADLINE_S)


def opened(link: PlayerLink) -> Opened:
    """Wait until the output is open."""
    wait_for(lambda: (link.poll(), link.opened)[1])
    assert link.opened is not None
    return link.opened


def clock_of(link: PlayerLink) -> ClockFit:
    """Wait until the stream's clock is known."""
    opened(link)
    return wait_for(lambda: link.clock_fit(time.monotonic_ns())[0])


def test_it_says_what_it_opened(player: PlayerLink) -> None:
    """The virtual output is called so."""
    said = opened(player)

    assert said.is_virtual
    assert (said.name, said.rate_hz, said.channels) == ("virtual output", RATE_HZ, 2)


def test_it_plays_clicks_on_their_frames_into_a_wav(player: PlayerLink, tmp_path: Path) -> None:
    """Every planned click begins on its frame, as far as the file goes."""
    clock = clock_of(player)
    first = clock.frame_at_ns(time.monotonic_ns() + 200_000_000)
    frames = [first + round(index * Fraction(60 * RATE_HZ, 113)) for index in range(4)]
    player.start_clicks([Click(frame, Voice.BEAT, 0) for frame in frames])
    wait_for(lambda: player.cell(Cell.NEXT_FRAME) > frames[-1] + RATE_HZ // 5 or None)
    assert player.cell(Cell.MISSED_CLICKS) == 0
    player.child.socket.close()
    assert player.child.gone_within(DEADLINE_S)

    with wave.open(str(tmp_path / "click.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    # A voice begins softly, on its first sample; before it there is nothing at all.
    heard = np.flatnonzero(samples[:, 0])
    onsets = heard[np.flatnonzero(np.diff(heard, prepend=-RATE_HZ) > RATE_HZ // 10)]
    assert onsets.tolist() == frames


def test_it_plays_a_wav_file_at_each_outputs_level(tmp_path: Path) -> None:
    """A file of another rate is a voice, heard on each channel as loud as it should be there."""
    sound, heard = tmp_path / "high.wav", tmp_path / "click.wav"
    soundfile.write(sound, np.full(4410, 0.5), 44_100, subtype="PCM_24")
    gains = ((1.0, 0.25), *[(0.0, 0.0)] * 5)
    sounds = (str(sound), "stick", "stick", "stick", "stick", str(tmp_path / "missing.wav"))
    settings = PlayerSettings(is_virtual=True, wav=str(heard), sounds=sounds, gains=gains)
    link = PlayerLink(settings, epoch=1)
    link.start()
    try:
        (fault,) = opened(link).sound_faults
        assert fault.startswith(f"{tmp_path / 'missing.wav'} cannot be heard: there is no such")
        clock = clock_of(link)
        first = clock.frame_at_ns(time.monotonic_ns() + 200_000_000)
        link.start_clicks([Click(first, Voice.ACCENT, 0, level=0.5)])
        link.extend_clicks([Click(first + 1000, Voice.BEAT, 0)])
        wait_for(lambda: link.cell(Cell.NEXT_FRAME) > first + RATE_HZ // 5 or None)
        assert link.cell(Cell.MISSED_CLICKS) == 0
    finally:
        link.child.socket.close()
        assert link.child.gone_within(DEADLINE_S)

    with wave.open(str(heard)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    middle = samples[first + 1000 : first + 3800] / 32767
    assert not samples[:first].any()
    np.testing.assert_allclose(middle, np.full_like(middle, [0.25, 0.0625]), atol=0.001)


def test_a_stop_tells_its_frame(player: PlayerLink) -> None:
    """Once, and it lies after the frames that had been delivered."""
    clock_of(player)
    before = player.cell(Cell.NEXT_FRAME)
    player.stop_clicks()

    assert wait_for(player.stop_frame) >= before
    assert player.stop_frame() is None


def test_it_goes_when_the_controller_goes(player: PlayerLink) -> None:
    """Nobody has to end it."""
    opened(player)
    player.child.socket.close()

    assert player.child.gone_within(DEADLINE_S)


def test_a_missing_device_is_one_sentence() -> None:
    """It names the key and the value, and nothing is left running."""
    link = PlayerLink(PlayerSettings(device="Scarlett 99"), epoch=1)
    link.start()

    failed = wait_for(lambda: next(iter(link.poll()), None))

    assert isinstance(failed, OpenFailed)
    assert "Scarlett 99" in failed.sentence or "No audio output" in failed.sentence
    assert failed.sentence.endswith(".")
    assert link.child.gone_within(DEADLINE_S)
    link.child.kill()
