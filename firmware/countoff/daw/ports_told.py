"""Which port of the box a DAW is to be connected to, as the configuration has it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.config.problems import quoted
from countoff.daw.profile import Dialect, Follows
from countoff.daw.telling import CLOCK_PORT, PORT

if TYPE_CHECKING:
    from countoff.config.model import Config
    from countoff.daw.profile import Profile

_ALSA, _JACK = "Countoff: Countoff DAW", "Countoff:DAW"
_CLOCK_ALSA, _CLOCK_JACK = "Countoff MIDI: Countoff MIDI Clock", "Countoff MIDI:Clock"


def port_sentences(config: Config, profile: Profile) -> list[tuple[str, str]]:
    """Return for each of the box's ports that this DAW needs its name and what it is."""
    midi = config.midi
    if profile.transport.dialect is Dialect.NONE and profile.answers.dialect is Dialect.NONE:
        return []
    if midi.backend == "none":
        return [(PORT, 'is not there: midi.backend = "none". Set it to "auto".')]
    told = []
    is_told = profile.transport.spoken not in {Dialect.REALTIME, Dialect.NONE}
    if is_told or profile.answers.dialect is not Dialect.NONE:
        answers = profile.answers.dialect not in {Dialect.NONE, Dialect.OSC}
        told.append(
            (PORT, _where(midi.backend, midi.port, "midi.port", (_ALSA, _JACK), is_heard=answers))
        )
    if profile.following.tempo in (Follows.CLOCK, Follows.TIME_CODE):
        own = (_CLOCK_ALSA, _CLOCK_JACK)
        where = _where(midi.backend, midi.clock_port, "midi.clock_port", own, is_heard=False)
        told.append((CLOCK_PORT, where))
    return told


def _where(backend: str, named: str, key: str, own: tuple[str, str], *, is_heard: bool) -> str:
    """Say where a port is: on this machine, or at the end of a cable."""
    both = ", both ways" if is_heard else ""
    if named:
        return (
            f"is the one that {key} = {quoted(named)} means{both}. Where a cable goes from it to the"
            " DAW's computer, the port of that computer's interface which the cable is in."
        )
    # What is heard has a port of its own beside it.
    on_alsa, on_jack = (
        f"{quoted(name)} and {quoted(f'{name} in')}" if is_heard else quoted(name) for name in own
    )
    names = {"alsa": f"{on_alsa} (ALSA)", "jack": f"{on_jack} (JACK)"}
    name = names.get(backend, f"{on_alsa} (ALSA) or {on_jack} (JACK)")
    return (
        f"on this machine is {name}. Where the DAW runs on another one, name the port that"
        f" the cable to it is in, {key} under [midi]; in the DAW it is the cable's other end."
    )
