"""Reads MIDI Time Code as a receiver does: from pieces to places, with their moments. Pure.

It forgets what it has of a place when a piece is missing, comes out of turn or comes too late: a
place must never be put together from two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countoff.midi.mtc import FRAMES_PER_PLACE, PIECES, FullFrame, QuarterFrame, decode, place_of
from countoff.midi.timecode import TimeCode

# Ten times what lies between two pieces at the slowest rate: whoever pauses so long has stopped.
STOPPED_AFTER_NS = 100_000_000

# What lies between the first piece, whose moment a place is of, and the last: 1.75 frames.
_WHOLE_FRAMES_LATE = 1
_HUNDREDTHS_LATE = 75


class Motion(StrEnum):
    """How a place was said."""

    FORWARDS = "forwards"
    BACKWARDS = "backwards"
    LOCATED = "located"
    """By a full frame: it was gone to, and does not roll."""


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """Where the time code was at `at_ns`, to a quarter of a frame."""

    at_ns: int
    place: TimeCode
    motion: Motion


class Reader:
    """Reads the time code of one cable."""

    def __init__(self) -> None:
        self._pieces: list[QuarterFrame] = []
        self._heard_ns = 0
        self._said: TimeCode | None = None

    def hear(self, at_ns: int, data: bytes) -> PlaceRead | None:
        """Take in one whole message that came at `at_ns`; return the place that it completes.

        Forwards, that is the place of the last piece's own moment: what the pieces say is by then
        one and three quarter frames old, and a receiver shows the frame after it. A place that does
        not follow the one before it, though no piece is missing, counts once the next one does.
        """
        match decode(data):
            case FullFrame(place):
                self.forget()
                return PlaceRead(at_ns, place, Motion.LOCATED)
            case QuarterFrame() as piece:
                return self._hear_piece(at_ns, piece)
        return None

    def is_rolling(self, at_ns: int) -> bool:
        """Tell whether quarter frames come, and have made at least one place without a gap."""
        return self._said is not None and at_ns - self._heard_ns <= STOPPED_AFTER_NS

    def forget(self) -> None:
        """Begin anew: what comes next is not the rest of what was heard."""
        self._pieces.clear()
        self._said = None

    def _hear_piece(self, at_ns: int, piece: QuarterFrame) -> PlaceRead | None:
        if not self._continues(at_ns, piece):
            self.forget()
        self._heard_ns = at_ns
        if len(self._pieces) == PIECES:
            self._pieces.clear()
        # A place begins with its first piece, or with its last where the tape runs backwards.
        if self._pieces or piece.piece in (0, PIECES - 1):
            self._pieces.append(piece)
        return self._read(at_ns) if len(self._pieces) == PIECES else None

    def _continues(self, at_ns: int, piece: QuarterFrame) -> bool:
        """Tell whether a piece is the next of those that were heard, one way or the other."""
        if not self._pieces or at_ns - self._heard_ns > STOPPED_AFTER_NS:
            return False
        heard = len(self._pieces)
        expected = PIECES - 1 - heard if self._is_backwards else heard
        return piece.piece == expected % PIECES

    @property
    def _is_backwards(self) -> bool:
        return self._pieces[0].piece != 0

    def _read(self, at_ns: int) -> PlaceRead | None:
        pieces = reversed(self._pieces) if self._is_backwards else self._pieces
        before, self._said = self._said, place_of(tuple(pieces))
        if self._said is None or (before is not None and not self._follows(before, self._said)):
            return None
        if self._is_backwards:
            return PlaceRead(at_ns, self._said, Motion.BACKWARDS)
        return PlaceRead(at_ns, _at_last_piece(self._said), Motion.FORWARDS)

    def _follows(self, before: TimeCode, said: TimeCode) -> bool:
        step = -FRAMES_PER_PLACE if self._is_backwards else FRAMES_PER_PLACE
        expected = (before.frames + step) % before.rate.frames_per_day
        return said.rate is before.rate and said.frames == expected


def _at_last_piece(said: TimeCode) -> TimeCode:
    """Return where the time code is when the last piece of `said` comes."""
    frames = (said.frames + _WHOLE_FRAMES_LATE) % said.rate.frames_per_day
    whole = TimeCode.at_frame(frames, said.rate)
    return TimeCode(
        whole.hour, whole.minute, whole.second, whole.frame, whole.rate, _HUNDREDTHS_LATE
    )
