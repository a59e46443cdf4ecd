"""Which ports the simulated DAW is connected to: the box's own, or those of another name. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.cables.cable import Ends
from countoff.daw.profile import Follows

if TYPE_CHECKING:
    from countoff.daw.profile import Profile

NAME: Final = "Simulated DAW"
"""Its ports' name."""
_BOX: Final = "Countoff"
_CLOCK: Final = "Countoff MIDI"
_FOOT_CONTROLLER: Final = "pedals"


def ends_for(profile: Profile, wanted: str) -> Ends:
    """Return whom the DAW of `profile` hears and tells: ports with `wanted` in their name, or the box's.

    Of the box's own it hears that of clock and time code only where it follows one of them.
    """
    if wanted:

        def is_wanted(name: str) -> bool:
            return wanted.casefold() in name.casefold()

        return Ends(is_wanted, is_wanted)
    follows = profile.transport.is_followed or profile.following.tempo is Follows.CLOCK
    return Ends(
        lambda name: _is_box(name) or (follows and _client(name) == _CLOCK),
        _is_box,
    )


def _is_box(name: str) -> bool:
    return _client(name) == _BOX and _FOOT_CONTROLLER not in name.casefold()


def _client(name: str) -> str:
    return name.partition(":")[0]
