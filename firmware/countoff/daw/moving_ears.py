"""DAWs that cannot say that they record, only that they move: by MMC, real-time messages or time code.

Pure. What moves after it was told to record is taken to record: that is as much as these dialects
can prove, and a profile that trusts it says so. What moves of itself plays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from countoff.core.daw import DawPlace, DawTransport, KnownFrom
from countoff.daw.ears import Ear, displayed_seconds
from countoff.midi import mmc, mmc_responses, realtime
from countoff.midi.attention import Attention
from countoff.midi.mtc_reader import STOPPED_AFTER_NS, Motion, Reader
from countoff.midi.realtime import Realtime

if TYPE_CHECKING:
    from countoff.midi.timecode import TimeCode

# What was said comes back by a cable, or a DAW that passes on what it hears, within this time.
_ECHO_NS = 500_000_000
_QUARTER_FRAME = 0xF1


class MmcEar(Ear):
    """Hears the MMC that a DAW sends when its own transport is moved.

    The same bytes mean a command and that it was obeyed. So what was said just now, and comes back,
    proves nothing.
    """

    attention: ClassVar = Attention(words=(bytes((0xF0, 0x7F)),))

    def __init__(self) -> None:
        """Know nothing."""
        self._transport: DawTransport | None = None
        self._place: tuple[int, DawPlace] | None = None
        self._said_ns: dict[bytes, int] = {}

    def note_said(self, at_ns: int, data: bytes) -> None:
        """Remember what was said at `at_ns`, for as long as it may come back."""
        recent = self._said_ns.items()
        self._said_ns = {said: said_ns for said, said_ns in recent if at_ns - said_ns < _ECHO_NS}
        self._said_ns[data] = at_ns

    def hear(self, at_ns: int, data: bytes) -> tuple[bytes, ...]:
        """Take in a command that says what the DAW does, or an answer that says where it is."""
        said_ns = self._said_ns.get(data)
        if said_ns is not None and at_ns - said_ns < _ECHO_NS:
            return ()
        for each in mmc.decode(data):
            if isinstance(each.command, mmc.Locate):
                self._take_place(at_ns, each.command.place)
            else:
                self._transport = _after(each.command, self._transport)
        for response in mmc_responses.decode(data):
            if response.field == mmc_responses.SELECTED_TIME_CODE and response.place is not None:
                self._take_place(at_ns, response.place)
        return ()

    def transport(self, now_ns: int) -> DawTransport | None:
        """Return what the last command says."""
        return self._transport

    def place(self, now_ns: int) -> tuple[int, DawPlace] | None:
        """Return where it was sent last, or last said that it is."""
        return self._place

    def forget(self) -> None:
        """Know nothing again."""
        self._transport = self._place = None

    def _take_place(self, at_ns: int, code: TimeCode) -> None:
        self._place = at_ns, DawPlace(displayed_seconds(code), KnownFrom.TIME_CODE)


def _after(command: mmc.Command, before: DawTransport | None) -> DawTransport | None:
    match command:
        case mmc.Transport.RECORD_STROBE:
            return DawTransport.RECORDING
        case mmc.Transport.PLAY | mmc.Transport.DEFERRED_PLAY:
            return DawTransport.PLAYING
        case mmc.Transport.RECORD_EXIT if before is DawTransport.RECORDING:
            return DawTransport.PLAYING
        case mmc.Transport.RECORD_PAUSE:
            return DawTransport.ARMED
        case mmc.Transport.STOP | mmc.Transport.PAUSE:
            return DawTransport.STOPPED
        case mmc.Transport.FAST_FORWARD | mmc.Transport.REWIND:
            return DawTransport.STOPPED
    return before


class MovingEar(Ear):
    """What a DAW's clock and its time code have in common: they show that it rolls, and no more."""

    def __init__(self) -> None:
        """Know nothing."""
        self._rolls: bool | None = None
        self._rolls_since_ns = 0
        self._told_ns: int | None = None

    def tell_to_record(self, at_ns: int) -> None:
        """Take what begins to roll from `at_ns` on for recording, until it stops."""
        self._told_ns = at_ns

    def transport(self, now_ns: int) -> DawTransport | None:
        """Return whether it rolls, and whether it was told to record before it began to."""
        if self._rolls is None:
            return None
        if not self._rolls:
            return DawTransport.STOPPED
        was_told = self._told_ns is not None and self._rolls_since_ns >= self._told_ns
        return DawTransport.RECORDING if was_told else DawTransport.PLAYING

    def forget(self) -> None:
        """Know nothing again."""
        self._rolls = self._told_ns = None

    def _roll(self, at_ns: int) -> None:
        if not self._rolls:
            self._rolls, self._rolls_since_ns = True, at_ns

    def _stop(self) -> None:
        if self._rolls:
            self._told_ns = None
        self._rolls = False


class RealtimeEar(MovingEar):
    """Hears Start, Continue and Stop of a DAW that sends its clock back."""

    attention: ClassVar = Attention(words=tuple(realtime.encode(word) for word in Realtime))

    def hear(self, at_ns: int, data: bytes) -> tuple[bytes, ...]:
        """Take in a message that starts or stops."""
        match realtime.decode(data):
            case Realtime.START | Realtime.CONTINUE:
                self._roll(at_ns)
            case Realtime.STOP:
                self._stop()
        return ()


class MtcEar(MovingEar):
    """Hears the time code that a DAW sends while it rolls."""

    attention: ClassVar = Attention(words=(bytes((0xF1,)), bytes((0xF0, 0x7F, 0x7F, 0x01))))

    def __init__(self) -> None:
        """Know nothing."""
        super().__init__()
        self._reader = Reader()
        self._heard_ns: int | None = None
        self._begun_ns = 0
        self._place: tuple[int, DawPlace] | None = None

    def hear(self, at_ns: int, data: bytes) -> tuple[bytes, ...]:
        """Take in a quarter frame, or a place that was gone to."""
        read = self._reader.hear(at_ns, data)
        if data[0] == _QUARTER_FRAME:
            if self._heard_ns is None or at_ns - self._heard_ns > STOPPED_AFTER_NS:
                self._stop()
                self._begun_ns = at_ns
            self._heard_ns = at_ns
        if read is not None:
            self._place = at_ns, DawPlace(displayed_seconds(read.place), KnownFrom.TIME_CODE)
            if read.motion is Motion.LOCATED:
                self._heard_ns = None
                self._stop()
            else:
                # Eight quarter frames make sure of what the first of them said.
                self._roll(self._begun_ns)
        return ()

    def transport(self, now_ns: int) -> DawTransport | None:
        """Return whether quarter frames come, and whether it was told to record before they did."""
        if self._heard_ns is not None and now_ns - self._heard_ns > STOPPED_AFTER_NS:
            self._heard_ns = None
            self._stop()
        return super().transport(now_ns)

    def place(self, now_ns: int) -> tuple[int, DawPlace] | None:
        """Return the place that was read last."""
        return self._place

    def next_moment_ns(self) -> int | None:
        """Return when quarter frames that do not come any more mean that it has stopped."""
        return None if self._heard_ns is None else self._heard_ns + STOPPED_AFTER_NS + 1

    def forget(self) -> None:
        """Know nothing again."""
        super().forget()
        self._reader.forget()
        self._heard_ns = self._place = None
