"""Which way the bytes go: what the configuration asks for, or what there is."""

from __future__ import annotations

from countoff.sender.alsa import SEQUENCER, AlsaPort
from countoff.sender.jack_port import JackPort
from countoff.sender.no_port import NoPort
from countoff.sender.port import BackEndMissingError, Port, PortError


def choose_port(backend: str, wanted: str, own: tuple[str, str], peers: tuple[str, ...]) -> Port:
    """Return the port for `backend`, opened in the case of "auto" on JACK only.

    `wanted` is the DAW's port; where it is empty, our own is offered, and `peers` connected to it.
    `own` are the names of our client and its port.
    May block. Raises BackEndMissingError for a word that is no back end.
    """
    match backend:
        case "alsa":
            return _alsa(wanted, own, peers)
        case "jack":
            return _jack(wanted, own, peers)
        case "none":
            return NoPort()
        case "auto":
            return _found(wanted, own, peers)
    raise BackEndMissingError(
        f'MIDI back end "{backend}" is unknown; auto, alsa, jack and none are allowed.'
    )


def _found(wanted: str, own: tuple[str, str], peers: tuple[str, ...]) -> Port:
    if SEQUENCER.exists():
        return _alsa(wanted, own, peers)
    port = _jack(wanted, own, peers)
    try:
        port.open()
    except BackEndMissingError:
        return NoPort()
    except PortError:
        # A server that answers is chosen, even where the port named is not there yet.
        return port if port.has_server else NoPort()
    return port


def _alsa(wanted: str, own: tuple[str, str], peers: tuple[str, ...]) -> AlsaPort:
    client_name, name = own
    # A DAW's list may show the port's name alone, so it says whose it is.
    port_name = f"{client_name} {name}"
    return AlsaPort(client_name=client_name, port_name=port_name, wanted=wanted, peers=peers)


def _jack(wanted: str, own: tuple[str, str], peers: tuple[str, ...]) -> JackPort:
    client_name, port_name = own
    return JackPort(client_name=client_name, port_name=port_name, wanted=wanted, peers=peers)
