"""What each thing that is asked of a DAW does in it. Pure.

The record button is where DAWs differ: in some it rolls and records at once, in others it arms, and
play rolls. A profile tells: where play is said after the record button, the button only arms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.daw import DawTransport
from countoff.daw.profile import Dialect, Said
from countoff.daw.simulated.asked import Ask

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.daw.profile import Profile
    from countoff.daw.simulated.asked import Asked
    from countoff.daw.simulated.machine import Machine

_ROLLING = (Said.PLAY, Said.CONTINUE)
_BUTTONS = (Dialect.MACKIE, Dialect.HUI)


def record_button_rolls(profile: Profile) -> bool:
    """Tell whether this DAW's record button records at once, and does not only arm."""
    transport = profile.transport
    if transport.dialect is Dialect.MTC:
        return False
    if transport.dialect in _BUTTONS:
        return not any(said in _ROLLING for said in transport.record)
    return True


def stays_armed(profile: Profile) -> bool:
    """Tell whether its user arms it for good, since what it follows does not, nor the box."""
    transport = profile.transport
    return transport.is_followed and transport.armed_by is Dialect.NONE


def play_jumps_back(profile: Profile) -> bool:
    """Tell whether play, pressed while it rolls, sends it back to where it began."""
    return bool(profile.transport.record_when_playing)


def obey(machine: Machine, asked: Asked, at_ns: int, profile: Profile) -> None:
    """Have `machine`, which is the DAW of `profile`, do what was asked at host time `at_ns`."""
    match asked.what:
        case Ask.RECORD:
            machine.arm(at_ns)
            machine.roll(at_ns)
        case Ask.RECORD_PAUSE:
            if not machine.is_rolling:
                machine.arm(at_ns)
        case Ask.RECORD_BUTTON:
            _press_record(machine, at_ns, record_rolls=record_button_rolls(profile))
        case Ask.RECORD_EXIT:
            machine.disarm(at_ns)
        case Ask.PLAY:
            _play(machine, asked.seconds, at_ns, jumps_back=play_jumps_back(profile))
        case Ask.STOP:
            machine.halt(at_ns)
        case Ask.PAUSE:
            machine.pause(at_ns)
        case Ask.SPACE:
            if machine.is_rolling:
                machine.halt(at_ns)
            else:
                machine.roll(at_ns)
        case Ask.CHASE:
            if asked.seconds is not None:
                machine.chase(at_ns, asked.seconds)
        case Ask.LOCATE:
            if asked.seconds is not None:
                machine.locate(at_ns, asked.seconds)
        case Ask.MARKER:
            machine.mark(at_ns)


def _play(machine: Machine, seconds: Fraction | None, at_ns: int, *, jumps_back: bool) -> None:
    if machine.is_rolling:
        if jumps_back:
            machine.jump_back(at_ns)
        return
    if seconds is not None:
        machine.locate(at_ns, seconds)
    machine.roll(at_ns)


def _press_record(machine: Machine, at_ns: int, *, record_rolls: bool) -> None:
    if machine.is_armed and (machine.transport is DawTransport.RECORDING or not record_rolls):
        machine.disarm(at_ns)
        return
    machine.arm(at_ns)
    if record_rolls:
        machine.roll(at_ns)
