"""Finds a MIDI port by part of its name, never by its number. Pure.

The ALSA sequencer's ports end in numbers (`UMC404HD:UMC404HD MIDI 1 24:0`) that change when a
cable is pulled or the machine restarts; what stands before them stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from countoff.core.nearest import nearest_word

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALSA_NUMBERS = re.compile(r"\s+(\d+:\d+)$")
_DIRECTION = re.compile(
    r"(?<![a-z])(in|out|input|output|capture|playback|send|recv|receive|rx|tx)(?![a-z])"
)


class PortNotFoundError(LookupError):
    """No port, or more than one, is meant by a name; the message is a sentence with those there."""


def plain_name(name: str) -> str:
    """Return `name` without the numbers that ALSA appends."""
    return _ALSA_NUMBERS.sub("", name)


def alsa_address(name: str) -> str:
    """Return the numbers that ALSA appended to `name`, such as `24:0`; nothing where there are none."""
    found = _ALSA_NUMBERS.search(name)
    return found[1] if found else ""


def find_port(wanted: str, names: Sequence[str]) -> str:
    """Return the one of `names` that `wanted` means: all of its plain name, or part of it.

    Upper and lower case and the amount of white space do not matter. Raises PortNotFoundError.
    """
    key = _key(wanted)
    if not key:
        raise PortNotFoundError("A MIDI port's name is empty; part of one is needed.")
    for is_meant in (key.__eq__, lambda name: key in name):
        meant = [name for name in names if is_meant(_key(name))]
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise PortNotFoundError(
                f'MIDI port "{wanted}" could be any of {_listed(meant)}.'
                " More of the name is needed."
            )
    raise PortNotFoundError(_missing(wanted, names))


def find_source(connected: str, names: Sequence[str]) -> str:
    """Return the one of `names` that speaks for the port `connected`, which is spoken to; or "".

    That is the port of the same name; or the one whose name differs in its direction only, as
    `midi_capture_1` and `midi_playback_1` do; or the only one of the same client.
    """
    key, client = _key(connected), _client(connected)
    either_way = _DIRECTION.sub("", key)
    same = [name for name in names if _key(name) == key]
    turned = [name for name in names if _DIRECTION.sub("", _key(name)) == either_way]
    of_client = [name for name in names if _client(name) == client]
    meant = same or turned or of_client
    return meant[0] if len(meant) == 1 else ""


def _client(name: str) -> str:
    return _key(name).partition(":")[0]


def _missing(wanted: str, names: Sequence[str]) -> str:
    if not names:
        return f'MIDI port "{wanted}" is not there; there is no MIDI port at all.'
    plain = [plain_name(name) for name in names]
    # A port may be known by its device or by its own name: the guess is at both.
    guesses = {part for name in plain for part in (*name.split(":"), name)}
    guess = nearest_word(wanted, guesses)
    return f'MIDI port "{wanted}" is not there; found {_listed(names)}.{guess}'


def _key(name: str) -> str:
    return " ".join(plain_name(name).casefold().split())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
