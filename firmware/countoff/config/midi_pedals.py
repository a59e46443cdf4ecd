"""The pedals of a MIDI foot controller as they are configured: their faults, and what is in force. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.config.fitting import Misfit, dotted
from countoff.config.problems import quoted
from countoff.core.events import Pedal
from countoff.core.session.pedals import NOT_BY_A_PRESS, Do
from countoff.midi.pedals import Assignment, PedalMessage

if TYPE_CHECKING:
    from countoff.config.model import Config
    from countoff.config.tables import KeyPath

PedalUse = Pedal | Do
_EXAMPLE = 'message = "note 60", pedal = "roll"'


def assignments(config: Config) -> tuple[Assignment[PedalUse], ...]:
    """Return what each message of the foot controller is for; `config` is without faults."""
    return tuple(
        Assignment(PedalMessage.parse(each.message), use, each.latches)
        for each in config.midi.pedal
        if (use := each.pedal or each.action) is not None
    )


def midi_pedal_clash(config: Config) -> Misfit | None:
    """Return the first table that says too little, too much, or what another one says already.

    The last first, so that what stands before it is still in its place when its turn comes.
    """
    messages: dict[int, PedalMessage] = {}
    wrong: dict[int, str] = {}
    for index, each in enumerate(config.midi.pedal):
        where = dotted(_key(index))
        if each.pedal is None and each.action is None:
            wrong[index] = f"{where} is for nothing; it needs a pedal or an action: {_EXAMPLE}."
        elif each.pedal is not None and each.action is not None:
            wrong[index] = (
                f"{where} has pedal = {quoted(str(each.pedal))} and"
                f" action = {quoted(str(each.action))}; only one of them is allowed."
            )
        elif each.action in NOT_BY_A_PRESS:
            wrong[index] = (
                f"{where} has action = {quoted(str(each.action))}, which no press does: have it a"
                " pedal of the box that is held for it."
            )
        elif not config.midi.pedals_port:
            wrong[index] = f"{where} is heard on no port; midi.pedals_port names the one it is at."
        elif not each.message:
            wrong[index] = f"{where} has no message; it needs one: {_EXAMPLE}."
        else:
            try:
                messages[index] = PedalMessage.parse(each.message)
            except ValueError as error:
                wrong[index] = f"{where}: {error}"
    for index, message in messages.items():
        for earlier, other in messages.items():
            if earlier < index and (message.covers(other) or other.covers(message)):
                wrong[index] = (
                    f"{dotted(_key(index))} has message = {quoted(str(message))};"
                    f" {dotted(_key(earlier))} has it already."
                )
    if not wrong:
        return None
    last = max(wrong)
    return Misfit(_key(last), "wrong", wrong[last])


def _key(index: int) -> KeyPath:
    return ("midi", "pedal", index)
