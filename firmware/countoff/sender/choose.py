"""Which way the bytes go: what the configuration asks for, or what there is."""

from __future__ import annotations

from countoff.sender.alsa import SEQUENCER, AlsaPort
from countoff.sender.jack_port import JackPort
from countoff.sender.no_port import NoPort
from countoff.sender.port import BackEndMissingError, Port, PortError


def choose_port(backend: str, wanted: str, client_name: str, peers: tuple[str, ...]) -> Port:
    """Return the port for `backend`, opened in the case of "auto" on JACK only.

    `wanted` is the DAW's port; where it is empty, our own is offered, and `peers` connected to it.
    May block. Raises BackEndMissingError for a word that is no back end.
    """
    match backend:
        case "alsa":
            return _alsa(wanted, client_name, peers)
        case "jack":
            return _jack(wanted, client_name, peers)
        case "none":
            return NoPort()
        case "auto":
            return _found(wanted, client_name, peers)
    raise BackEndMissingError(
        f'MIDI back end "{backend}" is unknown; auto, alsa, jack and none are allowed.'
    )


def _found(wanted: str, client_name: str, peers: tuple[str, ...]) -> Port:
    if SEQUENCER.exists():
        return _alsa(wanted, client_name, peers)
    port = _jack(wanted, client_name, peers)
    try:
        port.open()
    except BackEndMissingError:
        return NoPort()
    except PortError:
        # A server that answers is chosen, even where the port named is not there yet.
        return port if port.has_server else NoPort()
    return port


def _alsa(wanted: str, client_name: str, peers: tuple[str, ...]) -> AlsaPort:
    # A DAW's list may show the port's name alone, so it says whose it is.
    port_name = f"{client_name} DAW"
    return AlsaPort(client_name=client_name, port_name=port_name, wanted=wanted, peers=peers)


def _jack(wanted: str, client_name: str, peers: tuple[str, ...]) -> JackPort:
    return JackPort(client_name=client_name, port_name="DAW", wanted=wanted, peers=peers)
