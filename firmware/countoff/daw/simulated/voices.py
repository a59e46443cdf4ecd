"""Which dialects the DAW of a profile hears and speaks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.profile import Dialect, Follows, Recording, Said
from countoff.daw.simulated.chase_voice import ChaseVoice
from countoff.daw.simulated.clock_voice import ClockVoice
from countoff.daw.simulated.hui_voice import HuiVoice
from countoff.daw.simulated.mackie_voice import MackieVoice
from countoff.daw.simulated.mmc_voice import MmcVoice
from countoff.daw.simulated.osc_voice import OscVoice
from countoff.daw.simulated.telling_voices import ClockTelling, MmcTelling
from countoff.daw.simulated.time_code_voice import TimeCodeVoice

if TYPE_CHECKING:
    from countoff.daw.profile import Profile
    from countoff.daw.simulated.voice import Voice
    from countoff.midi.timecode import Rate


def voices_of(profile: Profile, rate: Rate) -> tuple[Voice, ...]:
    """Return a voice for each dialect that moves the DAW, or in which it says what it does.

    A DAW that follows a clock obeys its Start too, whatever else moves it: that one path alone moves
    it is the box's business, and a DAW that is started twice shows where the box gets it wrong.
    """
    moves, answers = profile.transport.dialect, profile.answers.dialect
    voices: list[Voice] = []
    for dialect in dict.fromkeys((profile.transport.spoken, answers)):
        match dialect:
            case Dialect.MACKIE:
                voices.append(
                    MackieVoice(
                        profile.answers.recording,
                        rate,
                        play_goes_with_beat=_play_goes_with_beat(profile),
                        play_is_lit_in_pause=_play_is_lit_in_pause(profile),
                    )
                )
            case Dialect.HUI:
                voices.append(HuiVoice(rate))
            case Dialect.MTC:
                voices.append(TimeCodeVoice(rate))
    if moves is Dialect.MMC:
        voices.append(MmcVoice())
    if moves is Dialect.REALTIME or profile.following.tempo is Follows.CLOCK:
        voices.append(ClockVoice(rolls_by_itself=not profile.following.clock_while_idle))
    if moves is Dialect.MTC:
        voices.append(ChaseVoice())
    if answers is Dialect.MMC:
        voices.append(MmcTelling())
    elif answers is Dialect.REALTIME:
        voices.append(ClockTelling())
    return tuple(voices)


def osc_voice_of(profile: Profile, rate: Rate) -> OscVoice | None:
    """Return how it says over the network what it does; None where it does not."""
    answers = profile.answers
    if answers.dialect is not Dialect.OSC or answers.osc_words is None:
        return None
    return OscVoice(answers.osc_words, rate)


def _play_goes_with_beat(profile: Profile) -> bool:
    """Tell whether its play light says nothing, which is why the stop light has to: as FL Studio's."""
    return _stop_light_counts(profile) and Said.PLAY in profile.transport.record


def _play_is_lit_in_pause(profile: Profile) -> bool:
    """Tell whether its play light stays on in a pause, which is why the stop light counts: REAPER's."""
    return _stop_light_counts(profile) and Said.PLAY not in profile.transport.record


def _stop_light_counts(profile: Profile) -> bool:
    return profile.answers.recording is Recording.RECORD_WITHOUT_STOP_LIGHT
