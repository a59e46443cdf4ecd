"""Faults between what the configuration says of the DAW and what its profile says. Pure.

Above all: a DAW that is started in two ways starts twice, in the middle of a take.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from countoff.config.fitting import Misfit, dotted
from countoff.config.problems import quoted
from countoff.daw.profile import Dialect, Follows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.config.model import Config
    from countoff.config.tables import KeyPath
    from countoff.daw.profile import Profile

_STARTING = ("count_in", "bar_1")
_TWICE = "it would be started twice, and stopped twice"


def daw_clash(config: Config, profile: Profile) -> Misfit | None:
    """Return the first fault, laid on a key that is not at its default."""
    return next(chain(_clock(config, profile), _places(config, profile)), None)


def _clock(config: Config, profile: Profile) -> Iterator[Misfit]:
    """Name a clock that is missing, comes too early, or starts a DAW that is moved otherwise."""
    midi, dialect = config.midi, profile.transport.dialect
    if dialect is Dialect.REALTIME:
        yield from _clock_that_moves(config, profile)
    elif dialect is Dialect.MTC:
        if midi.clock != "off":
            yield _wrong(
                ("midi", "clock"),
                midi.clock,
                f"{profile.name} follows time code, which leaves by the clock's port; there is no"
                ' clock beside it. midi.clock = "off".',
            )
    elif midi.clock not in _STARTING:
        yield from _clock_that_rolls(config, profile)
    elif dialect is Dialect.NONE:
        yield from _clock_that_is_awaited(config, profile)
    elif midi.port and midi.clock_port and _may_be_one(midi.port, midi.clock_port):
        yield _wrong(
            ("midi", "clock"),
            midi.clock,
            f"midi.clock_port = {quoted(midi.clock_port)} is the port on which {profile.name} is"
            f" moved by {dialect} already: {_TWICE}. Give the clock a port of its own, or choose a"
            " profile that the clock moves.",
        )
    elif profile.following.tempo is Follows.CLOCK and not midi.clock_port:
        yield _wrong(
            ("midi", "clock"),
            midi.clock,
            f"{profile.name} has its tempo from the clock and is moved by {dialect}: {_TWICE}."
            ' midi.clock = "tempo" has pulses alone. For another machine name its port in'
            " midi.clock_port.",
        )


def _clock_that_rolls(config: Config, profile: Profile) -> Iterator[Misfit]:
    """Name pulses, without a Start, that a DAW which is moved otherwise takes for one."""
    midi, following = config.midi, profile.following
    rolls_by_pulses = following.tempo is Follows.CLOCK and not following.clock_while_idle
    if midi.clock == "tempo" and rolls_by_pulses and not midi.clock_port:
        yield _wrong(
            ("midi", "clock"),
            midi.clock,
            f"{profile.name} rolls as soon as it hears pulses, and is moved by"
            f" {profile.transport.dialect}: {_TWICE}. Choose a profile that the clock moves.",
        )


def _clock_that_is_awaited(config: Config, profile: Profile) -> Iterator[Misfit]:
    """Name a clock that starts a DAW with the count-in, which itself waits for that DAW's answer."""
    midi = config.midi
    has_answers = profile.answers.dialect is not Dialect.NONE
    if has_answers and profile.following.tempo is Follows.CLOCK and not midi.clock_port:
        yield _wrong(
            ("midi", "clock"),
            midi.clock,
            f"{profile.name} has its tempo from the clock, and the count-in waits for its answer: it"
            ' would be started too late to give one. midi.clock = "tempo" has pulses alone.',
        )


def _clock_that_moves(config: Config, profile: Profile) -> Iterator[Misfit]:
    midi, starts = config.midi, profile.following.starts
    if midi.clock not in _STARTING:
        yield _wrong(
            ("daw", "profile"),
            profile.key,
            f"the MIDI clock starts this DAW, and midi.clock = {quoted(midi.clock)} does not:"
            f" midi.clock = {quoted(starts)}.",
        )
    elif midi.clock == "bar_1" and not profile.following.clock_while_idle:
        yield _wrong(
            ("daw", "profile"),
            profile.key,
            "this DAW rolls as soon as it hears a clock, and midi.clock ="
            ' "bar_1" has pulses before Start: midi.clock = "count_in".',
        )


def _places(config: Config, profile: Profile) -> Iterator[Misfit]:
    """Name a place that no take can be sent to, or on which takes would be lost."""
    daw = config.daw
    has_place = daw.locate != "fresh"
    if has_place and not profile.abilities().can_locate:
        yield _wrong(
            ("daw", "locate"),
            daw.locate,
            f"{profile.name} cannot be sent to a place by {profile.transport.dialect}; each take"
            " begins where the DAW stands.",
        )
    if has_place and daw.way == "string_out":
        yield _wrong(
            ("daw", "locate"),
            daw.locate,
            'with daw.way = "string_out" each take has a place of its own: locate = "fresh".',
        )
    if daw.way != "stack":
        return
    if not profile.abilities().can_locate:
        yield _wrong(
            ("daw", "way"),
            daw.way,
            f"{profile.name} cannot be sent to a place by {profile.transport.dialect}.",
        )
    if not profile.keeps_takes:
        yield _wrong(
            ("daw", "way"),
            daw.way,
            f"nothing says that {profile.name} keeps a take that is recorded over. If yours does,"
            " say so in a profile of your own: keeps_takes = true.",
        )
    if not has_place:
        yield _wrong(
            ("daw", "way"),
            daw.way,
            'it needs the one place that takes go to: locate = "01:00:00".',
        )


def _wrong(key: KeyPath, value: str, why: str) -> Misfit:
    return Misfit(key, "wrong", f"{dotted(key)} = {quoted(value)} is not allowed: {why}")


def _may_be_one(port: str, other: str) -> bool:
    """Tell whether two parts of a port's name could mean one port."""
    one, two = (" ".join(name.casefold().split()) for name in (port, other))
    return one in two or two in one
