"""MIDI Machine Control, as a DAW obeys it. It answers nothing: hardly any DAW does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.simulated.asked import Ask, Asked
from countoff.daw.simulated.time_text import displayed_s
from countoff.daw.simulated.voice import Listener, Reaction
from countoff.midi import mmc

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine

_ASKS = {
    mmc.Transport.STOP: Ask.STOP,
    mmc.Transport.PLAY: Ask.PLAY,
    mmc.Transport.DEFERRED_PLAY: Ask.PLAY,
    mmc.Transport.RECORD_STROBE: Ask.RECORD,
    mmc.Transport.RECORD_EXIT: Ask.RECORD_EXIT,
    mmc.Transport.RECORD_PAUSE: Ask.RECORD_PAUSE,
    mmc.Transport.PAUSE: Ask.PAUSE,
}


class MmcVoice(Listener):
    """Hears transport commands, for whichever device."""

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Understand every command of a message, in order."""
        asked = []
        for each in mmc.decode(data):
            command = each.command
            if isinstance(command, mmc.Locate):
                asked.append(Asked(Ask.LOCATE, displayed_s(command.place)))
            elif command in _ASKS:
                asked.append(Asked(_ASKS[command]))
        return Reaction(tuple(asked))
