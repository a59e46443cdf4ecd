"""What a line check sees of the parts: plain values, whoever holds the parts. Pure.

The running box tells what its parts say; without one the check opens them itself. What is made of it,
PASS or FAIL, is told by the checks, which know nothing of either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from countoff.core.events import Pedal


@dataclass(frozen=True, slots=True)
class PedalsSeen:
    """The wired contacts, as they were when nobody was to stand on them.

    closed:          those that were connected
    normally_closed: those that are to be so, by the configuration or as learnt
    """

    pins: Mapping[Pedal, int]
    closed: frozenset[Pedal] = frozenset()
    normally_closed: frozenset[Pedal] = frozenset()
    is_simulated: bool = False
    fault: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class LampSeen:
    """The tally's pin. `was_seen` is what a person said of its light; None: nobody was asked."""

    pin: int
    is_simulated: bool = False
    fault: str = ""
    was_seen: bool | None = None


@dataclass(frozen=True, slots=True)
class ScreenSeen:
    """The screen on its bus.

    answers_at: the addresses at which somebody answers, of the usual ones; None: a bus that cannot ask
    picture_ms: how long the bus takes for a whole picture; None: not measured
    """

    place: str
    wanted_address: int | None = None
    answers_at: tuple[int, ...] | None = None
    picture_ms: float | None = None
    is_simulated: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class AudioSeen:
    """The output that plays. `versions` is what plays it, in words.

    is_fifo, is_memory_locked: None where nothing plays that could tell
    """

    name: str = ""
    rate_hz: int = 0
    wanted_rate_hz: int = 0
    is_virtual: bool = False
    is_virtual_on_purpose: bool = False
    fault: str = ""
    is_fifo: bool | None = False
    is_memory_locked: bool | None = False
    versions: str = ""


@dataclass(frozen=True, slots=True)
class LoopbackSeen:
    """What came back of a few clicks. `why_not` says why none was played, where none was."""

    channel: int = 0
    played: int = 0
    heard: int = 0
    shifted: int = 0
    way_ms: float | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PortSeen:
    """The way to the DAW, or that of its clock, as its sender says it.

    state:   ok, warning, fault or virtual
    is_fifo: None where its sender has not said
    """

    state: str = "ok"
    sentence: str = ""
    is_fifo: bool | None = None
    is_memory_locked: bool | None = None


@dataclass(frozen=True, slots=True)
class DawSeen:
    """What came of asking the DAW for its state.

    can_answer: whether its profile knows a way
    answered:   something was heard of it since it was asked
    word:       what it says that it does; empty where it has not said
    """

    profile: str
    can_answer: bool
    was_asked: bool = False
    answered: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class DiskSeen:
    """The folder of the log: what is free there, and how long a small file takes to be on disk."""

    folder: str
    free_bytes: int = 0
    write_ms: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PowerSeen:
    """What this machine says of its heat and its supply; None where it does not.

    throttled: the firmware's word on voltage and clock, bit by bit
    has_low_voltage_alarm: what the kernel's sensor of the supply says
    """

    celsius: float | None = None
    throttled: int | None = None
    has_low_voltage_alarm: bool | None = None


@dataclass(frozen=True, slots=True)
class SoftwareSeen:
    """What runs here. `versions` has the installed packages by name; `model` is the board's."""

    model: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    port_audio: str = ""
    pin_factory: str = ""
