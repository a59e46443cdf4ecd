"""The listener on clicks that come back over a cable, with faults that are known."""

from __future__ import annotations

import numpy as np
import pytest

from countoff.core.events import ClickMisheard, LoopbackListened, Misheard
from countoff.core.mixer import Program, mix
from countoff.core.plan import Click
from countoff.core.voice import Voice
from countoff.core.voices import voice_bank
from countoff.player.counters import CELLS, Cell
from countoff.player.heard_ring import RING_CELLS, HeardRing
from countoff.player.link import PlayerSettings
from countoff.player.loopback import LoopbackListener

RATE_HZ = 48_000
WAY_FRAMES = 1_234
BANK = voice_bank(RATE_HZ)
LONGEST_FRAMES = max(map(len, BANK))
FIRST_FRAME = 100_000
STEP_FRAMES = 12_000
EPOCH = 3


class Cabled:
    """A listener, the ring it listens to, and a cable that can be tampered with."""

    def __init__(self, clicks: list[Click], settings: PlayerSettings | None = None) -> None:
        self.cells = np.zeros(CELLS + RING_CELLS, dtype=np.int64)
        self.listener = LoopbackListener(settings or PlayerSettings(loopback_input=1))
        self.listener.follow(EPOCH, self.cells, RATE_HZ)
        self.listener.begin(EPOCH, clicks)
        self.sounding = clicks
        self._frame = FIRST_FRAME - 3 * LONGEST_FRAMES
        self.found: list[ClickMisheard | LoopbackListened] = []
        self.noise = np.random.default_rng(1)

    def hear(self, seconds: float, *, gain: float = 0.3) -> None:
        """Let so much time pass, in blocks, with a look each tenth of a second."""
        for _ in range(round(seconds * 10)):
            block = np.zeros((RATE_HZ // 10, 1), dtype=np.float32)
            program = Program(
                frames=np.array([click.frame for click in self.sounding], dtype=np.int64),
                voices=np.array([click.voice for click in self.sounding], dtype=np.int64),
                levels=np.array([click.level for click in self.sounding], dtype=np.float32),
                gains=np.ones((6, 1), dtype=np.float32),
            )
            mix(block, self._frame - WAY_FRAMES, program, BANK, LONGEST_FRAMES)
            heard = gain * block[:, 0] + self.noise.normal(0, 1e-4, len(block))
            self._frame += len(block)
            self.cells[Cell.NEXT_FRAME] = self._frame
            HeardRing(self.cells).write(heard.astype(np.float32))
            self.listener.look()
            self.found += self.listener.found()

    @property
    def misheard(self) -> list[tuple[int, Misheard]]:
        """The clicks that were not as planned, by their number."""
        return [
            ((each.frame - FIRST_FRAME) // STEP_FRAMES, each.what)
            for each in self.found
            if isinstance(each, ClickMisheard)
        ]

    @property
    def listened(self) -> LoopbackListened:
        """The last word on how far the listener is."""
        return [each for each in self.found if isinstance(each, LoopbackListened)][-1]


def planned(count: int = 24, level: float = 1.0) -> list[Click]:
    """Return so many clicks, four a second, with accents."""
    return [
        Click(
            FIRST_FRAME + place * STEP_FRAMES,
            Voice.BEAT if place % 4 else Voice.ACCENT,
            tick=place * 480,
            level=level,
        )
        for place in range(count)
    ]


def test_what_comes_back_whole_is_verified() -> None:
    """No click is told, and all of them were listened to, from the first to past the last."""
    cabled = Cabled(planned())

    cabled.hear(9)

    assert cabled.misheard == []
    assert cabled.listened.from_frame == FIRST_FRAME
    assert cabled.listened.to_frame > planned()[-1].frame
    assert cabled.listened.epoch == EPOCH
    assert cabled.listened.way_ns == pytest.approx(WAY_FRAMES * 1e9 / RATE_HZ, abs=20_000)


def test_each_fault_is_told_with_its_click() -> None:
    """A click that is missing, one out of place by 2 ms and one of another voice are told apart."""
    cabled = Cabled(planned())
    sounding = planned()
    sounding[8] = Click(sounding[8].frame + 96, sounding[8].voice, 0)
    sounding[12] = Click(sounding[12].frame, sounding[12].voice, 0, level=0.0)
    cabled.sounding = sounding

    cabled.hear(9)

    assert cabled.misheard == [(8, Misheard.SHIFTED), (12, Misheard.MISSING)]
    (shifted, _) = (each for each in cabled.found if isinstance(each, ClickMisheard))
    assert shifted.late_ns == pytest.approx(2e6, abs=30_000)


def test_a_cable_that_leads_nowhere_says_nothing() -> None:
    """Where no click ever comes back, nothing is verified and no click is called missing."""
    cabled = Cabled(planned())

    cabled.hear(9, gain=0.0)

    assert cabled.found == []


def test_a_muted_click_is_not_missed_and_not_verified() -> None:
    """What is muted on purpose is no fault; and nobody says that it was heard."""
    cabled = Cabled(planned())
    cabled.hear(3)
    cabled.listener.set_level(0.0)
    cabled.hear(1, gain=0.0)
    cabled.listener.set_level(1.0)
    cabled.hear(5)

    assert cabled.misheard == []
    assert cabled.listened.from_frame > FIRST_FRAME


def test_what_a_stop_fades_is_not_missed() -> None:
    """After a stop nothing is expected, and what came before it stays verified."""
    cabled = Cabled(planned())
    cabled.hear(3)
    stop_frame = int(cabled.cells[Cell.NEXT_FRAME])
    cabled.sounding = [click for click in cabled.sounding if click.frame < stop_frame - 4_000]
    cabled.listener.stop(1)
    cabled.cells[Cell.STOP_FRAME] = stop_frame
    cabled.cells[Cell.STOP_SERIAL] = 1
    cabled.hear(2)

    assert cabled.misheard == []
    assert cabled.listened.from_frame == FIRST_FRAME
    assert cabled.listened.to_frame >= stop_frame


def test_another_plan_is_judged_by_the_same_way() -> None:
    """A take after another on the same stream is verified from its first click on."""
    cabled = Cabled(planned(8))
    cabled.hear(5)
    later = int(cabled.cells[Cell.NEXT_FRAME]) + RATE_HZ
    again = [Click(later + place * STEP_FRAMES, Voice.BEAT, 0) for place in range(4)]
    cabled.listener.begin(EPOCH + 1, again[:2])
    cabled.listener.extend(again[2:])
    cabled.sounding = again
    cabled.hear(4)

    assert cabled.misheard == []
    assert cabled.listened.epoch == EPOCH + 1
    assert cabled.listened.from_frame == later
    assert cabled.listened.to_frame > again[-1].frame


def test_of_a_lost_stream_nothing_more_is_said() -> None:
    """Nobody takes what stands in the memory of a player that has gone for what sounds now."""
    cabled = Cabled(planned())
    cabled.hear(3)
    cabled.listener.follow_nobody()
    cabled.listener.begin(EPOCH + 1, planned(2))
    cabled.listener.silence_from(0)
    cabled.found.clear()
    cabled.hear(3)

    assert cabled.found == []


def test_a_voice_that_is_off_on_that_output_is_not_missed() -> None:
    """The drummer's output has no subdivisions: what does sound there is verified all the same."""
    clicks = planned()
    for place in range(1, len(clicks), 2):
        clicks[place] = Click(clicks[place].frame, Voice.SUBDIVISION, 0)
    gains = tuple((0.0 if voice is Voice.SUBDIVISION else 1.0,) for voice in Voice)
    cabled = Cabled(clicks, PlayerSettings(loopback_input=1, channels=1, gains=gains))
    cabled.sounding = clicks[::2]

    cabled.hear(9)

    assert cabled.misheard == []
    assert cabled.listened.from_frame == FIRST_FRAME
    assert cabled.listened.to_frame > clicks[-1].frame
