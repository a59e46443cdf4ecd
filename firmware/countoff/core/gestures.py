"""From contact edges to gestures, on their timestamps alone.

A press counts at its first edge; what the contact does for a moment after is bounce. A press that
follows another of the same pedal too closely is a stutter, and two pedals under one shoe are a
stomp: both are told apart here, so that the session rules can refuse them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from countoff.core.events import Pedal

if TYPE_CHECKING:
    from countoff.core.events import PedalMoved

_MS = 1_000_000

HOLD_NS = 600 * _MS
LONG_HOLD_NS = 2000 * _MS
# Nobody stands on a pedal this long: it is stuck, or a case lies on it.
STUCK_NS = 10_000 * _MS
# Presses of one pedal closer than this are one nervous foot; each one starts the time anew.
STUTTER_NS = 350 * _MS
# Two pedals that go down within this time of each other are one shoe.
STOMP_NS = 80 * _MS
DEFAULT_LOCKOUT_NS = 30 * _MS
# A contact that has bounced is believed only after this long at rest, beyond its lock-out: otherwise
# a release that bounces for the whole of the lock-out would end in a press.
_REST_NS = 10 * _MS
# A loose cable never rests: so long beyond its lock-out, it is believed whatever it does.
_LONGEST_UNREST_NS = 70 * _MS


class HoldStage(IntEnum):
    """How long a pedal has been down."""

    SHORT = 0
    HOLD = 1
    LONG_HOLD = 2
    STUCK = 3


HOLD_STAGES_NS = {
    HoldStage.HOLD: HOLD_NS,
    HoldStage.LONG_HOLD: LONG_HOLD_NS,
    HoldStage.STUCK: STUCK_NS,
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pedal went down at `at_ns`; `is_alone` is False where a foot was on another one."""

    at_ns: int
    pedal: Pedal
    is_stutter: bool = False
    is_stomp: bool = False
    is_alone: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """A pedal has been down long enough for `stage`; `at_ns` is when, `edge_ns` when it went down.

    `is_alone` is False where another pedal was down at the same time: a foot across two pedals.
    """

    at_ns: int
    pedal: Pedal
    stage: HoldStage
    edge_ns: int
    is_alone: bool = True


@dataclass(frozen=True, slots=True)
class Released:
    """A pedal came up at `at_ns`, having reached `stage`."""

    at_ns: int
    pedal: Pedal
    stage: HoldStage
    edge_ns: int


Gesture = Pressed | Held | Released


@dataclass(frozen=True, slots=True)
class PedalContact:
    """What is known of one pedal: the debounced state, the raw contact and the running hold."""

    pedal: Pedal
    is_down: bool = False
    raw_is_down: bool = False
    raw_changed_ns: int = 0
    locked_until_ns: int | None = None
    locked_since_ns: int = 0
    edge_ns: int = 0
    stage: HoldStage = HoldStage.SHORT
    was_alone: bool = True
    last_press_ns: int | None = None
    last_clean_press_ns: int | None = None
    """The last press that was no stutter: a loose cable that chatters is not a foot."""

    @property
    def is_under_a_foot(self) -> bool:
        """Whether a foot is on the pedal: it is down, and neither stuck nor chattering.

        The other pedals must go on working beside one that is broken.
        """
        is_clean = self.last_clean_press_ns == self.edge_ns
        return self.is_down and self.stage is not HoldStage.STUCK and is_clean


def _all_contacts() -> tuple[PedalContact, ...]:
    return tuple(PedalContact(pedal) for pedal in Pedal)


@dataclass(frozen=True, slots=True)
class Feet:
    """All pedals together."""

    lockout_ns: int = DEFAULT_LOCKOUT_NS
    contacts: tuple[PedalContact, ...] = field(default_factory=_all_contacts)

    def contact(self, pedal: Pedal) -> PedalContact:
        """Return what is known of `pedal`."""
        return next(contact for contact in self.contacts if contact.pedal is pedal)


def next_gesture_ns(feet: Feet) -> int | None:
    """Return when `passed` must be called next though no contact moves, or None."""
    moments = []
    for contact in feet.contacts:
        if contact.locked_until_ns is not None:
            moments.append(contact.locked_until_ns)
        if contact.is_down and contact.stage is not HoldStage.STUCK:
            next_stage = HoldStage(contact.stage + 1)
            moments.append(contact.edge_ns + HOLD_STAGES_NS[next_stage])
    return min(moments, default=None)


def moved(feet: Feet, event: PedalMoved) -> tuple[Feet, tuple[Gesture, ...]]:
    """Take in one edge. Time up to the edge must have been given to `passed` before."""
    contact = replace(
        feet.contact(event.pedal), raw_is_down=event.is_down, raw_changed_ns=event.at_ns
    )
    feet = _with(feet, contact)
    if contact.locked_until_ns is not None:
        return _with(feet, _locked_on(contact, feet.lockout_ns)), ()
    if contact.is_down == event.is_down:
        return feet, ()
    return _settled(feet, contact)


def passed(feet: Feet, at_ns: int) -> tuple[Feet, tuple[Gesture, ...]]:
    """Let time pass up to `at_ns`: lock-outs end, holds ripen, in the order of their moments."""
    gestures: list[Gesture] = []
    while (moment_ns := next_gesture_ns(feet)) is not None and moment_ns <= at_ns:
        for contact in feet.contacts:
            feet, made = _ripened(feet, contact, moment_ns)
            gestures.extend(made)
    return feet, tuple(gestures)


def _with(feet: Feet, contact: PedalContact) -> Feet:
    contacts = tuple(contact if old.pedal is contact.pedal else old for old in feet.contacts)
    return replace(feet, contacts=contacts)


def _locked_on(contact: PedalContact, lockout_ns: int) -> PedalContact:
    """Wait for a contact that has moved while it was locked to come to rest."""
    lockout_end_ns = contact.locked_since_ns + lockout_ns
    rested_ns = max(lockout_end_ns, contact.raw_changed_ns) + _REST_NS
    return replace(contact, locked_until_ns=min(rested_ns, lockout_end_ns + _LONGEST_UNREST_NS))


def _settled(feet: Feet, contact: PedalContact) -> tuple[Feet, tuple[Gesture, ...]]:
    """Believe the raw contact: a press or a release at the moment it last changed."""
    at_ns = contact.raw_changed_ns
    locked = replace(
        contact,
        is_down=contact.raw_is_down,
        locked_since_ns=at_ns,
        locked_until_ns=at_ns + feet.lockout_ns,
    )
    if not contact.raw_is_down:
        released = Released(at_ns, contact.pedal, contact.stage, contact.edge_ns)
        return _with(feet, locked), (released,)
    others = [other for other in feet.contacts if other.pedal is not contact.pedal]
    others_down = [other for other in others if other.is_under_a_foot]
    is_stutter = _is_within(STUTTER_NS, contact.last_press_ns, at_ns)
    # The first pedal may be up again by now: a shoe that rolls off it makes a short tap.
    is_stomp = any(_is_within(STOMP_NS, other.last_clean_press_ns, at_ns) for other in others)
    feet = _with(
        feet,
        replace(
            locked,
            edge_ns=at_ns,
            stage=HoldStage.SHORT,
            last_press_ns=at_ns,
            last_clean_press_ns=contact.last_clean_press_ns if is_stutter else at_ns,
            was_alone=not others_down,
        ),
    )
    for other in () if is_stutter else others_down:
        feet = _with(feet, replace(other, was_alone=False))
    is_alone = not others_down
    return feet, (Pressed(at_ns, contact.pedal, is_stutter, is_stomp, is_alone),)


def _is_within(length_ns: int, since_ns: int | None, at_ns: int) -> bool:
    return since_ns is not None and at_ns - since_ns < length_ns


def _ripened(feet: Feet, contact: PedalContact, at_ns: int) -> tuple[Feet, tuple[Gesture, ...]]:
    """Let one pedal's lock-out end and its hold grow, where `at_ns` is their moment."""
    gestures: tuple[Gesture, ...] = ()
    contact = feet.contact(contact.pedal)
    if contact.locked_until_ns is not None and contact.locked_until_ns <= at_ns:
        contact = replace(contact, locked_until_ns=None)
        feet = _with(feet, contact)
        if contact.raw_is_down != contact.is_down:
            # What the contact did last while locked was no bounce: it stayed there.
            return _settled(feet, contact)
    for stage, length_ns in HOLD_STAGES_NS.items():
        is_due = contact.is_down and contact.stage < stage and contact.edge_ns + length_ns <= at_ns
        if is_due:
            contact = replace(contact, stage=stage)
            feet = _with(feet, contact)
            held = Held(at_ns, contact.pedal, stage, contact.edge_ns, is_alone=contact.was_alone)
            gestures = (*gestures, held)
    return feet, gestures
