"""DAWs for tests, made by hand: one for each way in which profiles differ."""

from __future__ import annotations

from countoff.daw.profile import (
    Answers,
    Dialect,
    Following,
    Follows,
    Profile,
    Recording,
    Said,
    Starts,
    Transport,
)

_ARMS_ONLY = (Said.RECORD, Said.PLAY)


def _buttons(key: str, dialect: Dialect, recording: Recording, record: tuple[Said, ...]) -> Profile:
    is_armed_first = record == _ARMS_ONLY
    return Profile(
        key,
        key,
        Transport(
            dialect,
            record=record,
            record_when_armed=(Said.PLAY,) if is_armed_first else (),
            record_when_playing=(Said.RECORD,) if is_armed_first else (),
            stop=(Said.STOP,),
        ),
        Answers(dialect, recording),
    )


MMC = Profile(
    "mmc",
    "MMC",
    Transport(
        Dialect.MMC,
        record=(Said.RECORD,),
        stop=(Said.RECORD_EXIT, Said.STOP),
        locate=(Said.LOCATE,),
    ),
    Answers(Dialect.NONE),
)
ROLLS = _buttons("rolls", Dialect.MACKIE, Recording.RECORD_LIGHT, (Said.RECORD,))
"""As REAPER: the record button records at once."""
ARMS = _buttons("arms", Dialect.MACKIE, Recording.RECORD_LIGHT, _ARMS_ONLY)
"""As Ardour: the record button arms, its light blinks, play rolls."""
LIT_WHEN_ARMED = _buttons("lit", Dialect.MACKIE, Recording.RECORD_AND_PLAY_LIGHTS, _ARMS_ONLY)
"""As Ableton Live: its record light is on already while it is armed."""
HUI = _buttons("hui", Dialect.HUI, Recording.RECORD_AND_PLAY_LIGHTS, _ARMS_ONLY)
CLOCK = Profile(
    "clock",
    "Clock",
    Transport(Dialect.REALTIME),
    Answers(Dialect.NONE),
    Following(Follows.CLOCK, clock_while_idle=False, starts=Starts.BAR_1),
)
TIME_CODE_BACK = Profile(
    "time-code-back", "Time code back", MMC.transport, Answers(Dialect.MTC, shows_life=True)
)
MMC_BACK = Profile("mmc-back", "MMC back", MMC.transport, Answers(Dialect.MMC))
CLOCK_BACK = Profile("clock-back", "Clock back", MMC.transport, Answers(Dialect.REALTIME))
BLINKING_PLAY = _buttons(
    "beats", Dialect.MACKIE, Recording.RECORD_WITHOUT_STOP_LIGHT, (Said.RECORD, Said.PLAY)
)
"""As FL Studio: its play light goes with the beat."""
ALL = (
    MMC,
    ROLLS,
    ARMS,
    LIT_WHEN_ARMED,
    HUI,
    CLOCK,
    TIME_CODE_BACK,
    MMC_BACK,
    CLOCK_BACK,
    BLINKING_PLAY,
)
