"""Which way the bytes go: what the configuration asks for, or what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from countoff.sender.alsa import SEQUENCER, AlsaPort
from countoff.sender.jack_port import JackPort
from countoff.sender.no_port import NoPort
from countoff.sender.port import BackEndMissingError, Port, PortError

if TYPE_CHECKING:
    from countoff.sender.hearing import Ears

_Made = TypeVar("_Made", AlsaPort, JackPort)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a port is called, and whom it is to be connected to.

    port:    the DAW's; where it is empty, our own is offered
    peers:   who is connected to our own again, and `sources`, who is heard on it again
    pedals:  the foot controller's port
    """

    port: str
    client_name: str
    port_name: str
    peers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    pedals: str = ""


def choose_port(backend: str, wanted: Wanted, ears: Ears) -> Port:
    """Return the port for `backend`, opened in the case of "auto" on JACK only.

    May block. Raises BackEndMissingError for a word that is no back end.
    """
    match backend:
        case "alsa":
            return _on_alsa(wanted, ears)
        case "jack":
            return _on_jack(wanted, ears)
        case "none":
            return NoPort()
        case "auto":
            return _found(wanted, ears)
    raise BackEndMissingError(
        f'MIDI back end "{backend}" is unknown; auto, alsa, jack and none are allowed.'
    )


def _found(wanted: Wanted, ears: Ears) -> Port:
    if SEQUENCER.exists():
        return _on_alsa(wanted, ears)
    port = _on_jack(wanted, ears)
    try:
        port.open()
    except BackEndMissingError:
        return NoPort()
    except PortError:
        # A server that answers is chosen, even where the port named is not there yet.
        return port if port.has_server else NoPort()
    return port


def _on_alsa(wanted: Wanted, ears: Ears) -> AlsaPort:
    # A DAW's list may show the port's name alone, so it says whose it is.
    return _made(AlsaPort, f"{wanted.client_name} {wanted.port_name}", wanted, ears)


def _on_jack(wanted: Wanted, ears: Ears) -> JackPort:
    return _made(JackPort, wanted.port_name, wanted, ears)


def _made(kind: type[_Made], port_name: str, wanted: Wanted, ears: Ears) -> _Made:
    return kind(
        client_name=wanted.client_name,
        port_name=port_name,
        wanted=wanted.port,
        peers=wanted.peers,
        sources=wanted.sources,
        ears=ears,
        pedals_port=wanted.pedals,
    )
