"""`countoff midi learn`: step on a pedal of a foot controller, say what it is, and it is configured.

Runs in a process of its own and listens beside the box, which reads its configuration at its start.
"""

from __future__ import annotations

import argparse
import select
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.cables.cable import Ends
    from countoff.config.load import Loaded
    from countoff.config.midi_pedals import PedalUse
    from countoff.learning.listening import Learnt

DONE = 0
REFUSED = 1
WRONG_USE = 2
NOT_REACHED = 3
# Ports of our own: what they send is no pedal's.
_OWN = ("Countoff", "Simulated DAW")
_TURN_S = 0.2


def add_midi_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `midi` with its command; it sets `run`, which returns the exit code."""
    midi = subparsers.add_parser("midi", help="learn the pedals of a MIDI foot controller")
    commands = midi.add_subparsers(title="commands", metavar="COMMAND", required=True)
    learn = commands.add_parser(
        "learn", help="step on a pedal, say what it is for, and it is in the configuration"
    )
    learn.add_argument(
        "--port",
        default="",
        metavar="NAME",
        help="part of the foot controller's name; without it the configured one, or any",
    )
    learn.add_argument("--backend", choices=("auto", "alsa", "jack"), default=None)
    learn.add_argument(
        "--as", dest="use", metavar="WORD", help="the pedal or action; without it you are asked"
    )
    learn.add_argument(
        "--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="the configuration"
    )
    learn.set_defaults(run=_learn)


def _learn(arguments: argparse.Namespace) -> int:
    from countoff.cables.cable import NoCableError  # noqa: PLC0415
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.learning.uses import find_use  # noqa: PLC0415
    from countoff.learning.writing import NotChangedError  # noqa: PLC0415
    from countoff.songs.new_file import NotWrittenError  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    try:
        use = None if arguments.use is None else find_use(arguments.use)
    except ValueError as error:
        return _complain(str(error), WRONG_USE)
    try:
        learnt = _listen(_ports(arguments, loaded), _backend(arguments, loaded))
        print(f"That was {learnt.message}, from {learnt.port}.")
        use = use or _ask()
        if use is None:
            print("Nothing is changed.")
            return REFUSED
        _write(loaded, learnt, use)
    except NoCableError as error:
        return _complain(str(error), NOT_REACHED)
    except (NotChangedError, NotWrittenError) as error:
        return _complain(str(error), REFUSED)
    except (KeyboardInterrupt, EOFError):
        print("\nNothing is changed.")
        return REFUSED
    return DONE


def _backend(arguments: argparse.Namespace, loaded: Loaded) -> str:
    configured = loaded.config.midi.backend
    return str(arguments.backend or ("auto" if configured == "none" else configured))


def _ports(arguments: argparse.Namespace, loaded: Loaded) -> list[str]:
    """Return the names of the ports to listen to. Raises NoCableError where there is none."""
    from countoff.cables.cable import NoCableError, source_names  # noqa: PLC0415
    from countoff.midi.ports import PortNotFoundError, find_port  # noqa: PLC0415

    there = [name for name in source_names(_backend(arguments, loaded)) if not _is_own(name)]
    wanted = arguments.port or loaded.config.midi.pedals_port
    if wanted:
        try:
            return [find_port(wanted, there)]
        except PortNotFoundError as error:
            raise NoCableError(str(error)) from error
    if not there:
        raise NoCableError("There is no MIDI port to listen to: is the foot controller plugged in?")
    return there


def _is_own(name: str) -> bool:
    return name.partition(":")[0].startswith(_OWN)


def _listen(ports: Sequence[str], backend: str) -> Learnt:
    """Wait until a pedal is known; say what is needed. Raises NoCableError."""
    from countoff.cables.cable import Cable, open_cable  # noqa: PLC0415
    from countoff.learning.listening import Asks, PedalListener  # noqa: PLC0415

    prompts = {
        Asks.STEP: "Step on a pedal of the foot controller, and come off it at once.",
        Asks.STEP_AGAIN: "It says nothing when you come off. Step on it once more.",
    }
    listener, prompted = PedalListener(), None
    with ExitStack() as opened:
        cables: dict[str, Cable] = {}
        for number, port in enumerate(ports, start=1):
            cable = open_cable(backend, f"Countoff learns {number}", _from_alone(port))
            cables[port] = opened.enter_context(cable)
        while True:
            for cable in cables.values():
                cable.tend()
            asks = listener.asks(time.monotonic_ns())
            if asks is not prompted:
                prompted = asks
                print(prompts[asks], flush=True)
            select.select(list(cables.values()), [], [], _TURN_S)
            for port, cable in cables.items():
                for at_ns, data in cable.take():
                    if (learnt := listener.hear(port, at_ns, data)) is not None:
                        return learnt


def _from_alone(port: str) -> Ends:
    from countoff.cables.cable import Ends  # noqa: PLC0415

    return Ends(lambda name: name == port, lambda _name: False)


def _ask() -> PedalUse | None:
    """Ask what the pedal is for until it is understood; nothing said is nothing changed."""
    from countoff.learning.uses import find_use  # noqa: PLC0415

    while answer := input("Which pedal or action is it? ").strip():
        try:
            return find_use(answer)
        except ValueError as error:
            print(error)
    return None


def _write(loaded: Loaded, learnt: Learnt, use: PedalUse) -> None:
    """Write it into the configuration. Raises NotChangedError or NotWrittenError."""
    from countoff.config.finding import FILE_NAME  # noqa: PLC0415
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import beside  # noqa: PLC0415
    from countoff.core.events import Pedal  # noqa: PLC0415
    from countoff.learning.saving import change_configuration  # noqa: PLC0415
    from countoff.learning.writing import with_pedal  # noqa: PLC0415

    path = loaded.path or beside(loaded, FILE_NAME)
    port = _port_to_write(loaded, learnt)
    change_configuration(path, lambda text: with_pedal(text, learnt, use, port=port))
    kind = "the pedal" if isinstance(use, Pedal) else "the action"
    print(f"{learnt.message} is {kind} {use} from the box's next start on: {path}")
    for problem in load(path).problems:
        print(problem, file=sys.stderr)


def _port_to_write(loaded: Loaded, learnt: Learnt) -> str:
    """Return the port's name, or nothing where the configured one means it already."""
    from countoff.midi.ports import PortNotFoundError, find_port, plain_name  # noqa: PLC0415

    try:
        find_port(loaded.config.midi.pedals_port, [learnt.port])
    except PortNotFoundError:
        return plain_name(learnt.port)
    return ""


def _complain(sentence: str, exit_code: int) -> int:
    print(sentence, file=sys.stderr)
    return exit_code
