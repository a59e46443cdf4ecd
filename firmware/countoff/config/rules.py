"""What the configuration decides for the session rules. Pure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.daw import DawAbilities
from countoff.core.events import Pedal
from countoff.core.midi_clock import ClockStart
from countoff.core.session.dimming import Lights
from countoff.core.session.pedals import PEDAL_TABLE, PedalTable, PedalUse, Phase
from countoff.core.session.state import LocatePlace, Settings
from countoff.core.time_code import TimeCodeRate

if TYPE_CHECKING:
    from countoff.config.model import Config, DawSection, PedalMap
    from countoff.daw.profile import Profile

_MS = 1_000_000  # nanoseconds
_NS_PER_MINUTE = 60_000_000_000


def session_settings(config: Config, profile: Profile | None = None) -> Settings:
    """Return the settings that the session rules work with.

    Without a `profile` the DAW is one of which nothing is known but MMC.
    """
    fixed_s = _locate_s(config.daw)
    return Settings(
        lead_ns=max(config.daw.lead_ms * _MS, 0 if profile is None else profile.transport.lead_ns),
        locate_place=LocatePlace.FRESH if fixed_s is None else LocatePlace.FIXED,
        locate_s=fixed_s or 0,
        # By what is written: 0.1 is a tenth, which no float is.
        nudge=Fraction(str(config.songs.nudge)),
        rate_ppm=Fraction(str(config.audio.rate_ppm)),
        pedal_table=pedal_table(config.pedals.map),
        clock_start=ClockStart(config.midi.clock),
        time_code=time_code_rate(config.daw, profile),
        daw=_abilities(config.daw, profile),
        without_answer=config.daw.without_answer,
        on_stop=config.daw.on_stop,
        on_record=config.daw.on_record,
        lights=_lights(config),
    )


def _lights(config: Config) -> Lights:
    minutes = config.oled.dim_after_minutes
    return Lights(
        tally=config.tally.brightness,
        tally_on_stage=config.tally.stage_brightness,
        screen=config.oled.brightness,
        screen_on_stage=config.oled.stage_brightness,
        dims_after_ns=round(minutes * _NS_PER_MINUTE) if minutes else None,
    )


def time_code_rate(daw: DawSection, profile: Profile | None) -> TimeCodeRate | None:
    """Return the rate of the time code that runs along takes, or None where none does."""
    if profile is None or not profile.is_moved_by_time_code:
        return None
    return TimeCodeRate(str(daw.frames_per_second))


def has_clock_port(config: Config, profile: Profile | None) -> bool:
    """Tell whether there is anything to send by the clock's port: a clock, or time code."""
    is_followed = profile is not None and profile.is_moved_by_time_code
    return config.midi.clock != "off" or is_followed


def pedal_table(changes: PedalMap) -> PedalTable:
    """Return the usual table with what `changes` sets; the rest of each pedal stays as it is."""
    table = dict(PEDAL_TABLE)
    for pedal in Pedal:
        for phase in Phase:
            usual = PEDAL_TABLE.get((pedal, phase), PedalUse())
            changed = getattr(getattr(changes, pedal), phase)
            table[pedal, phase] = PedalUse(
                press=usual.press if changed.press is None else changed.press,
                hold=usual.hold if changed.hold is None else changed.hold,
                long_hold=usual.long_hold if changed.long_hold is None else changed.long_hold,
            )
    return table


def _abilities(daw: DawSection, profile: Profile | None) -> DawAbilities:
    abilities = DawAbilities() if profile is None else profile.abilities()
    if daw.deadline_ms is None:
        return abilities
    return replace(abilities, deadline_ns=daw.deadline_ms * _MS)


def _locate_s(daw: DawSection) -> int | None:
    """Return the one place for all takes, in the seconds that the DAW displays, or None."""
    if daw.locate == "fresh":
        return None
    hours, minutes, seconds = (int(part) for part in daw.locate.split(":"))
    return (hours * 60 + minutes) * 60 + seconds
