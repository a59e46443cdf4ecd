from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.limiter import limit
from countoff.core.mixer import Fade, Program, apply_fade, mix
from countoff.player.callback import ClickCallback
from countoff.player.click_table import ClickTable
from countoff.player.counters import CELLS, Cell, read_gaps
from countoff.player.orders import Orders, at_level, extended, silenced_from, stopped
from countoff.player.stream_clock import ServerClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

RATE_HZ = 48_000
FADE_FRAMES = 240
# One long flat voice shows every gain as it is, and one short voice shows every onset. At half of full
# scale the limiter touches neither.
FULL = 0.5
FLAT = np.full(4000, FULL, dtype=np.float32)
TICK = np.array([FULL, FULL / 2], dtype=np.float32)
BANK = (FLAT, TICK)


class Stream:
    """A stream whose frames the test decides."""

    def __init__(self) -> None:
        self.cells = np.zeros(CELLS, dtype=np.int64)
        self.frame = 0
        self.callback = ClickCallback(
            cells=self.cells,
            bank=BANK,
            clock=ServerClock(lambda: self.frame),
            rate_hz=RATE_HZ,
            nominal_latency_ns=0,
        )
        gains = np.ones((len(BANK), 1), dtype=np.float32)
        self.callback.orders = Orders(Program(gains=gains))

    def plan(self, frames: list[int], voice: int = 1, level: float = 1.0) -> None:
        """Add clicks."""
        self.callback.orders, _ = extended(
            self.callback.orders,
            ClickTable(
                np.array(frames, dtype=np.int64),
                np.full(len(frames), voice, dtype=np.int64),
                np.full(len(frames), level, dtype=np.float32),
            ),
            next_frame=0,
            keep_from_frame=0,
        )

    def render(self, frames: int) -> NDArray[np.float32]:
        """Return the next block."""
        out = np.full((frames, 1), np.nan, dtype=np.float32)
        self.callback.render(out, 0.0, 0.0)
        self.frame += frames
        return out[:, 0]

    def render_until(self, frame: int, block: int = 128) -> NDArray[np.float32]:
        """Return everything up to a frame, in blocks."""
        blocks = list(self._blocks(frame, block))
        return np.concatenate(blocks)

    def _blocks(self, frame: int, block: int) -> Iterator[NDArray[np.float32]]:
        while self.frame < frame:
            yield self.render(min(block, frame - self.frame))


@pytest.fixture
def stream() -> Stream:
    """A fresh stream at frame 0."""
    return Stream()


def test_silence_fills_every_block(stream: Stream) -> None:
    """With nothing to play the whole block is written, with zeros."""
    assert stream.render(64).tolist() == [0.0] * 64


def test_clicks_sound_on_their_frames(stream: Stream) -> None:
    """Each click starts on the sample it was planned for, also on the edges of blocks."""
    stream.plan([0, 127, 128, 300])

    heard = stream.render_until(512)

    assert np.flatnonzero(heard >= FULL).tolist() == [0, 127, 128, 300]


@given(gap=st.integers(1, 3000), block=st.sampled_from([16, 64, 128, 500]))
def test_after_a_gap_the_click_is_on_its_old_grid(gap: int, block: int) -> None:
    """Lost frames are lost; what follows is where it would have been, and nothing is made up."""
    stream = Stream()
    clicks = list(range(0, 8000, 400))
    stream.plan(clicks)
    first = stream.render_until(1000, block)
    stream.frame += gap
    after_frame = stream.frame
    heard = stream.render_until(8000, block)

    assert np.flatnonzero(first == FULL).tolist() == [frame for frame in clicks if frame < 1000]
    assert (np.flatnonzero(heard == FULL) + after_frame).tolist() == [
        frame for frame in clicks if frame >= after_frame
    ]
    assert [(found.frame, found.lost_frames) for found in read_gaps(stream.cells, 0)] == [
        (after_frame, gap)
    ]


def test_a_stop_fades_from_the_next_block(stream: Stream) -> None:
    """The fade begins with the next block, takes 5 ms, is straight, and its frame is told."""
    stream.plan([0], voice=0)
    stream.render(512)
    stream.callback.orders = stopped(stream.callback.orders, serial=1)

    heard = stream.render_until(1512)

    assert stream.cells[Cell.STOP_FRAME] == 512
    assert stream.cells[Cell.STOP_SERIAL] == 1
    np.testing.assert_allclose(
        heard[:FADE_FRAMES], FULL * (1 - np.arange(FADE_FRAMES) / FADE_FRAMES), atol=1e-6
    )
    assert not heard[FADE_FRAMES:].any()


def test_a_new_plan_begins_while_the_old_one_fades(stream: Stream) -> None:
    """The next take's first click is whole, however close the stop."""
    stream.plan([0], voice=0)
    stream.render(512)
    stream.callback.orders = stopped(stream.callback.orders, serial=1)
    stream.plan([512 + FADE_FRAMES + 10])

    heard = stream.render_until(1512)

    assert np.flatnonzero(heard[FADE_FRAMES:]).tolist() == [10, 11]
    assert heard[FADE_FRAMES + 10] == FULL


def test_from_a_frame_on_no_click_starts(stream: Stream) -> None:
    """The downbeat after the last bar is silent, and what sounds before it rings out."""
    stream.plan([0, 1000], voice=0)
    stream.callback.orders = silenced_from(stream.callback.orders, 1000)

    heard = stream.render_until(6000)

    assert heard[:4000].tolist() == [FULL] * 4000
    assert not heard[4000:].any()


def test_the_level_glides(stream: Stream) -> None:
    """A new level is reached in 5 ms without a step."""
    stream.plan([0], voice=0)
    stream.render(128)
    stream.callback.orders = at_level(stream.callback.orders, 0.0)

    heard = stream.render_until(1024)

    assert abs(np.diff(heard)).max() < 2 / FADE_FRAMES
    assert not heard[FADE_FRAMES:].any()


def test_each_click_has_its_own_level(stream: Stream) -> None:
    """A click's level scales that click, and no other."""
    stream.plan([0])
    stream.plan([100], level=0.25)

    heard = stream.render(200)

    assert (heard[0], heard[100]) == (FULL, FULL / 4)


def test_nothing_clips(stream: Stream) -> None:
    """Clicks on top of each other, at six times full level, stay within full scale, whole."""
    stream.plan([0] * 20 + [10] * 20, voice=0)
    stream.callback.orders = at_level(stream.callback.orders, 6.0)

    heard = stream.render_until(4096)

    assert 0.9 < heard.max() <= 1.0
    assert heard.min() >= 0.0


def test_delivered_and_lost_frames_are_counted(stream: Stream) -> None:
    """Frames due are frames delivered plus frames lost."""
    stream.render_until(1024)
    stream.frame += 256
    stream.render_until(2048)

    assert stream.cells[Cell.FRAMES_DELIVERED] == 2048 - 256
    assert stream.cells[Cell.FRAMES_LOST] == 256
    assert stream.cells[Cell.NEXT_FRAME] == 2048
    assert stream.cells[Cell.BLOCKS] == 14


@given(sizes=st.lists(st.integers(1, 700), min_size=1, max_size=30))
def test_any_blocks_sound_alike(sizes: list[int]) -> None:
    """The same plan in random blocks is the same sound, to the bit, as in one block."""
    total = sum(sizes)

    def play(blocks: list[int]) -> NDArray[np.float32]:
        stream = Stream()
        stream.plan([0], voice=0)
        stream.plan(list(range(50, total, 97)))
        return np.concatenate([stream.render(block) for block in blocks])

    assert play(sizes).tobytes() == play([total]).tobytes()


@pytest.mark.parametrize("trouble", ["gap", "xrun"])
def test_after_a_trouble_every_block_is_observed_again(trouble: str) -> None:
    """The stream's clock may have jumped: it must be known again soon."""
    stream = Stream()
    for _ in range(100):
        stream.render(16)
    before = stream.cells[Cell.OBSERVATIONS]
    assert before < 100
    if trouble == "gap":
        stream.frame += 16
    else:
        stream.cells[Cell.SERVER_XRUNS] += 1
    for _ in range(32):
        stream.render(16)
    assert stream.cells[Cell.OBSERVATIONS] == before + 32


@settings(max_examples=40)
@given(
    clicks=st.lists(st.integers(0, 8000), max_size=8).map(sorted),
    voice=st.integers(0, 1),
    turned_after=st.integers(0, 60),
    level=st.floats(0, 8, width=32),
    block=st.sampled_from([16, 64, 128, 500]),
)
def test_a_silent_block_is_left_out_of_nothing(
    clicks: list[int], voice: int, turned_after: int, level: float, block: int
) -> None:
    """The level moves on through blocks in which nothing sounds, and what follows is as loud as ever."""
    stream = Stream()
    stream.plan(clicks, voice=voice)
    turned_frame = min(turned_after * block, 9000)
    heard = [stream.render_until(turned_frame, block)] if turned_frame else []
    stream.callback.orders = at_level(stream.callback.orders, level)
    heard.append(stream.render_until(10_000, block))

    expected = np.zeros((10_000, 1), dtype=np.float32)
    mix(expected, 0, stream.callback.orders.program, BANK, len(FLAT))
    apply_fade(expected, 0, Fade(turned_frame, FADE_FRAMES, 1.0, level))
    limit(expected)
    assert np.array_equal(np.concatenate(heard), expected[:, 0])
