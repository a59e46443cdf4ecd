"""What a command needs of a MIDI cable, whichever way the bytes go, and which cable there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from countoff.sender.alsa import SEQUENCER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.daw.timed import Timed


class NoCableError(Exception):
    """There is no such MIDI here, or it has gone; the message is a sentence."""


class Ends(NamedTuple):
    """Whom a cable is connected to: a plain port name goes in, yes or no comes out."""

    hears: Callable[[str], bool]
    """Whose output is heard."""
    tells: Callable[[str], bool]
    """Whose input is told."""


class Cable(Protocol):
    """An input and an output under one name. A context manager; one thread."""

    def __enter__(self) -> Self:
        """Open it. Raises NoCableError."""
        ...

    def __exit__(self, *_: object) -> None:
        """Close it; what was not taken yet is lost."""
        ...

    def tend(self) -> Sequence[str]:
        """Connect whoever is there by now; return who is connected, by plain name.

        To be called a few times a second. Raises NoCableError where MIDI itself has gone.
        """
        ...

    def take(self) -> list[Timed]:
        """Return the whole messages that have arrived since the last call, in order."""
        ...

    def say(self, data: bytes) -> None:
        """Send one whole message as soon as possible; to nobody where nobody is connected."""
        ...

    def fileno(self) -> int:
        """Return a descriptor that is readable when there is something to take."""
        ...


def backend_here(wanted: str) -> str:
    """Return `alsa` or `jack`: what is `wanted`, or for `auto` what the box itself would choose."""
    if wanted != "auto":
        return wanted
    return "alsa" if SEQUENCER.exists() else "jack"


def open_cable(backend: str, name: str, ends: Ends) -> Cable:
    """Return a cable called `name`, not opened yet; `backend` is auto, alsa or jack."""
    # Each needs a library that the other does without.
    if backend_here(backend) == "alsa":
        from countoff.cables.alsa_cable import AlsaCable  # noqa: PLC0415

        return AlsaCable(name, ends)
    from countoff.cables.jack_cable import JackCable  # noqa: PLC0415

    return JackCable(name, ends)


def source_names(backend: str) -> list[str]:
    """Return the plain names of all ports that something can be heard from. Raises NoCableError."""
    if backend_here(backend) == "alsa":
        from countoff.cables.alsa_cable import alsa_sources  # noqa: PLC0415

        return alsa_sources()
    from countoff.cables.jack_cable import jack_sources  # noqa: PLC0415

    return jack_sources()
