"""Which dialects the DAW of a profile hears and speaks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.profile import Dialect, Follows
from countoff.daw.simulated.clock_voice import ClockVoice
from countoff.daw.simulated.hui_voice import HuiVoice
from countoff.daw.simulated.mackie_voice import MackieVoice
from countoff.daw.simulated.mmc_voice import MmcVoice

if TYPE_CHECKING:
    from countoff.daw.profile import Profile
    from countoff.daw.simulated.voice import Voice
    from countoff.midi.timecode import Rate


def voices_of(profile: Profile, rate: Rate) -> tuple[Voice, ...]:
    """Return a voice for each dialect that moves the DAW, or in which it says what it does.

    A DAW that follows a clock obeys its Start too, whatever else moves it: that one path alone moves
    it is the box's business, and a DAW that is started twice shows where the box gets it wrong.
    """
    dialects = dict.fromkeys((profile.transport.dialect, profile.answers.dialect))
    voices: list[Voice] = []
    for dialect in dialects:
        match dialect:
            case Dialect.MMC:
                voices.append(MmcVoice())
            case Dialect.MACKIE:
                voices.append(MackieVoice(profile.answers.recording, rate))
            case Dialect.HUI:
                voices.append(HuiVoice(rate))
            case _:
                pass  # hears a clock below; nothing is said of the others on a MIDI cable
    if Dialect.REALTIME in dialects or profile.following.tempo is Follows.CLOCK:
        rolls_by_itself = not profile.following.clock_while_idle
        voices.append(ClockVoice(rolls_by_itself=rolls_by_itself))
    return tuple(voices)
