"""A song's click as a WAV file of one channel: the plan and the player's own mixer, block by block.

For commands only. What is in memory at a time does not grow with the length of the song, but for
its plan. The same song gives the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.grid import Grid
from countoff.core.limiter import limit
from countoff.core.mixer import Program, mix
from countoff.core.nearest import nearest_word
from countoff.core.plan import score
from countoff.songs.wav_file import (
    MOST_FILE_BYTES,
    Bits,
    Cue,
    WavShape,
    ending,
    header,
    sample_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from numpy.typing import NDArray

    from countoff.core.song import Song

# What the processor's cache holds: longer blocks take several times as long.
BLOCK_FRAMES = 1 << 15


class CannotRenderError(Exception):
    """A song cannot be rendered; the text is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What a click sounds like on one output, at one rate.

    bank:  the samples of each voice
    gains: the linear gain of each voice
    """

    bank: tuple[NDArray[np.float32], ...]
    gains: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A song laid onto the frames of a file: its first beat is frame 0.

    program:        what sounds
    downbeat_frame: where the bar that it begins with begins, after count-in and pick-up
    length_frames:  to the bar line at its end, or until the last click has rung out
    sections:       the frame of each section's first bar, and its name
    """

    rate_hz: int
    program: Program
    downbeat_frame: int
    length_frames: int
    sections: tuple[Cue, ...]


def starting_at(song: Song, name: str) -> Song:
    """Return the song for takes that begin with the section `name`, small letters or not.

    Raises CannotRenderError where it has none of that name.
    """
    names = [section.name for section in song.sections]
    for index, each in enumerate(names):
        if each.casefold() == name.casefold():
            return song.starting_at(index)
    guess = nearest_word(name, names) or f" It has {', '.join(names)}."
    raise CannotRenderError(f'"{song.title}" has no section "{name}".{guess}')


def laid_out(
    song: Song, rate_hz: int, sounds: Sounds, *, has_count_in: bool = True, bars: int | None = None
) -> Laid:
    """Lay `song` out from the section that it starts with: to its end, or for so many `bars`.

    Raises CannotRenderError where it has no tempo, or neither an end nor `bars`.
    """
    if song.is_free:
        raise CannotRenderError(f'"{song.title}" has no tempo, and so no click to render.')
    end_tick = _end_tick(song, bars)
    first_tick = song.first_tick if has_count_in else song.start_tick
    # A whole origin, as a take has it: bar 1 is where the box would play it, to the frame.
    before_frames = song.tempo_map.seconds_at_tick(first_tick) * rate_hz
    origin_frame = Fraction(-math.floor(before_frames + Fraction(1, 2)))
    grid = Grid(song.tempo_map, rate_hz, origin_frame)
    ticks, voices, levels = score(song, first_tick, end_tick)
    program = Program(
        frames=grid.frames_at_ticks(ticks),
        voices=voices,
        levels=levels.astype(np.float32),
        gains=np.array(sounds.gains, dtype=np.float32)[:, np.newaxis],
    )
    lengths = np.array([len(samples) for samples in sounds.bank], dtype=np.int64)
    rung_out_frame = int((program.frames + lengths[voices]).max(initial=0))
    return Laid(
        rate_hz,
        program,
        grid.frame_at_tick(song.start_ticks[song.start_index]),
        max(grid.frame_at_tick(end_tick), rung_out_frame),
        tuple(
            Cue(grid.frame_at_tick(start_tick), section.name or f"Bar {first_bar}")
            for start_tick, section, first_bar in zip(
                song.start_ticks[song.start_index :],
                song.sections[song.start_index :],
                song.first_bars[song.start_index :],
                strict=True,
            )
            if start_tick < end_tick
        ),
    )


def rendered(laid: Laid, sounds: Sounds) -> Iterator[NDArray[np.float32]]:
    """Yield the samples, block after block. A block is only good until the next is asked for."""
    longest_frames = max(len(samples) for samples in sounds.bank)
    out = np.zeros((BLOCK_FRAMES, 1), dtype=np.float32)
    for start_frame in range(0, laid.length_frames, BLOCK_FRAMES):
        block = out[: min(BLOCK_FRAMES, laid.length_frames - start_frame)]
        mix(block, start_frame, laid.program, sounds.bank, longest_frames)
        limit(block)
        yield block[:, 0]


def shape_of(laid: Laid, bits: Bits) -> WavShape:
    """Return what the WAV file of `laid` holds. Raises CannotRenderError where it is too long."""
    shape = WavShape(laid.rate_hz, bits, laid.length_frames, laid.sections)
    if shape.file_bytes >= MOST_FILE_BYTES:
        sentence = (
            f"This would be a WAV file of {shape.file_bytes / 1e9:.1f} GB, and one holds less than"
            f" {MOST_FILE_BYTES / 1e9:.1f} GB: render fewer bars, fewer bits, or at a lower rate."
        )
        raise CannotRenderError(sentence)
    return shape


def write_wav(file: BinaryIO, laid: Laid, sounds: Sounds, shape: WavShape) -> Iterator[int]:
    """Write the WAV file, and yield how many frames of it are done. Raises OSError."""
    file.write(header(shape))
    done_frames = 0
    for block in rendered(laid, sounds):
        file.write(sample_bytes(block, shape.bits))
        done_frames += len(block)
        yield done_frames
    file.write(ending(shape))


def _end_tick(song: Song, bars: int | None) -> int:
    if bars is None:
        if song.length_ticks is None:
            sentence = (
                f'"{song.title}" rolls until stopped: say how many bars to render,'
                " for example --bars 120."
            )
            raise CannotRenderError(sentence)
        return song.length_ticks
    tick = song.start_ticks[song.start_index]
    for _ in range(bars):
        if tick == song.length_ticks:
            break
        tick = song.next_bar_tick(tick)
    return tick
