"""`countoff measure latency`: what lies between the player's callback and the jack socket.

Runs the player's own process, without the daemon, and hears its clicks again over a cable (or, over
JACK, from any port). Blocks for some seconds.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from countoff.measure.figures import Figures, figures_of
from countoff.measure.jack_ear import JackEar, ServerMissingError, pattern_of
from countoff.measure.sources import CableEar, SourceUnusableError
from countoff.songs.command_line import complain

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from numpy.typing import NDArray

    from countoff.config.load import Loaded
    from countoff.core.timebase import ClockFit
    from countoff.player.link import PlayerLink, PlayerSettings

DONE = 0
UNSTEADY = 1
NOT_MEASURED = 3
_NS_PER_SECOND = 1_000_000_000
_MS = 1_000_000
# Uneven, so that no click falls into step with blocks, and each is heard alone up to a second late.
_STEP_FRAMES_AT_48K = 60_013
_LONGEST_S = 1.0
_FIRST_AFTER_S = 1.0
_OPENING_S = 10.0
_FITTED_S = 1.5
# Found so much of a click, it is one; so far apart, something else was measured.
_PRESENT = 0.6
_ALIKE_MS = 0.5
# A server in trouble may lose a click its place; most of them have to agree.
_AGREEING = 0.7
_LOOK_EVERY_S = 0.01


class CannotMeasureError(Exception):
    """The way cannot be measured; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Loop:
    """What the loop took: `way_ms` for each click heard, of `played` clicks.

    input_ms: how much of the loop is said to be the input's, and is taken off
    """

    played: int
    rate_hz: int
    way_ms: NDArray[np.float64]
    input_ms: float
    output: str

    @property
    def latency_ms(self) -> float:
        """The output's latency: what is left of the loop, in the middle of all clicks."""
        return round(float(np.median(self.way_ms)) - self.input_ms, 3)

    @property
    def is_steady(self) -> bool:
        """Whether most of the clicks took the same time."""
        agreeing = np.abs(self.way_ms - np.median(self.way_ms)) <= _ALIKE_MS
        return bool(agreeing.mean() >= _AGREEING)

    @property
    def figures(self) -> Figures:
        """The figures of the output's latency in ms."""
        return figures_of(self.way_ms - self.input_ms, step=0.01)


def add_latency_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `measure latency`, which sets `run`, which returns the exit code."""
    latency = subparsers.add_parser(
        "latency",
        help="measure the output's latency with a cable from an output to an input",
        description="Stop the box first: the clicks are played by a player of this command's own."
        " Cable its first output to an input.",
    )
    latency.add_argument(
        "--input", default="", metavar="NAME", help="the input's device, or over JACK a port"
    )
    latency.add_argument("--channel", type=int, default=1, help="of the input (default: 1)")
    latency.add_argument("--clicks", type=int, default=20, help="how many (default: 20)")
    latency.add_argument(
        "--save", action="store_true", help="write audio.output_latency_ms into the configuration"
    )
    latency.add_argument("--json", action="store_true", help="print JSON instead of a table")
    latency.set_defaults(run=measure_latency)


def measure_latency(arguments: argparse.Namespace) -> int:
    """Play, listen, print; write the result into the configuration where that is asked for."""
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.measure.saving import save_latency  # noqa: PLC0415
    from countoff.songs.new_file import NotWrittenError  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    try:
        _refuse_beside_daemon(loaded)
        loop = _measured(arguments, loaded)
        path = None
        if arguments.save and loop.is_steady:
            path = save_latency(loaded.path, loop.latency_ms)
    except (CannotMeasureError, NotWrittenError, ServerMissingError, SourceUnusableError) as error:
        complain(str(error))
        return NOT_MEASURED
    _tell(loop, path, as_json=arguments.json)
    if not loop.is_steady:
        complain("The clicks do not agree; nothing is saved. Is the level right, and the cable?")
    return DONE if loop.is_steady else UNSTEADY


def _refuse_beside_daemon(loaded: Loaded) -> None:
    from countoff.config.places import sockets_to_try  # noqa: PLC0415
    from countoff.control.client import answers  # noqa: PLC0415

    running = [path for path in sockets_to_try(loaded.config.unit.socket) if answers(path)]
    if running:
        raise CannotMeasureError(
            f"The box is running ({running[0]}) and has the output: stop it first, for example with"
            " `systemctl stop countoff`, and start it again afterwards."
        )


def _measured(arguments: argparse.Namespace, loaded: Loaded) -> Loop:
    from countoff.player.link import PlayerLink  # noqa: PLC0415
    from countoff.player_settings import player_settings  # noqa: PLC0415

    # Times are then those of the callback itself.
    settings = replace(player_settings(loaded), output_latency_ms=0.0)
    if settings.is_virtual:
        raise CannotMeasureError('audio.backend = "virtual" has no latency to measure.')
    player = PlayerLink(settings, epoch=1)
    player.start()
    try:
        _wait_until_open(player)
        if player.opened is not None and player.opened.name == "JACK":
            return _over_jack(player, settings, arguments)
        return _over_cable(player, settings, arguments)
    finally:
        player.child.kill()


def _wait_until_open(player: PlayerLink) -> None:
    from countoff.player.counters import Cell  # noqa: PLC0415
    from countoff.player.link import OpenFailed  # noqa: PLC0415
    from countoff.processes.wire import PeerGoneError  # noqa: PLC0415

    deadline_s = time.monotonic() + _OPENING_S
    while time.monotonic() < deadline_s:
        try:
            said = player.poll()
        except PeerGoneError as error:
            raise CannotMeasureError("The player ended while it opened the output.") from error
        for word in said:
            if isinstance(word, OpenFailed):
                raise CannotMeasureError(word.sentence)
        if player.opened is not None and player.cell(Cell.BLOCKS):
            return
        time.sleep(_LOOK_EVERY_S)
    raise CannotMeasureError(f"The output did not open within {_OPENING_S:g} s.")


def _play(player: PlayerLink, rate_hz: int, clicks: int) -> list[int]:
    """Have the player play that many clicks; return their frames."""
    from countoff.core.plan import Click  # noqa: PLC0415
    from countoff.core.voice import Voice  # noqa: PLC0415
    from countoff.player.counters import Cell  # noqa: PLC0415

    step = _STEP_FRAMES_AT_48K * rate_hz // 48_000
    first = player.cell(Cell.NEXT_FRAME) + int(_FIRST_AFTER_S * rate_hz)
    frames = [first + place * step for place in range(clicks)]
    player.start_clicks([Click(frame, Voice.ACCENT, 0) for frame in frames])
    return frames


def _over_jack(player: PlayerLink, settings: PlayerSettings, arguments: argparse.Namespace) -> Loop:
    port = arguments.input or f"system:capture_{arguments.channel}"
    rate_hz = _rate_of(player)
    seconds = _seconds_for(arguments.clicks)
    with JackEar({"cable": f"{pattern_of(port)}$"}, {}, seconds=seconds) as ear:
        ear.connect()
        if not ear.is_connected("cable"):
            raise CannotMeasureError(f'There is no JACK port "{port}" to listen to; name one.')
        frames = _play(player, rate_hz, arguments.clicks)
        ear.listen()
        recording = ear.recording("cable")
        input_frames = ear.block_frames if ear.is_physical("cable") else 0
    places = [frame - recording.first_frame for frame in frames]
    ways = _ways(recording.samples, places, settings, rate_hz)
    return _loop(player, ways * 1000 / rate_hz, input_frames * 1000 / rate_hz, arguments.clicks)


def _over_cable(
    player: PlayerLink, settings: PlayerSettings, arguments: argparse.Namespace
) -> Loop:
    rate_hz = _rate_of(player)
    cable = CableEar(
        arguments.input or settings.device,
        arguments.channel,
        rate_hz,
        _seconds_for(arguments.clicks),
    )
    with cable:
        time.sleep(_FITTED_S)
        frames = _play(player, rate_hz, arguments.clicks)
        cable.listen()
        heard_at = cable.clock_fit()
        played_at = _fit_of(player)
    # Where each would be heard if nothing took any time, on the frames of the input.
    places = [heard_at.frame_at_ns(played_at.ns_at_frame(frame)) for frame in frames]
    ways = _ways(cable.recording.samples, places, settings, rate_hz)
    # The input's own latency is in its times already.
    return _loop(player, ways * 1000 / rate_hz, 0.0, arguments.clicks)


def _fit_of(player: PlayerLink) -> ClockFit:
    from countoff.core.timebase import fit_clock  # noqa: PLC0415
    from countoff.player.counters import read_observations  # noqa: PLC0415

    frames, at_ns = read_observations(player.child.counters)
    fit = fit_clock(frames, at_ns, epoch=1, rate_hz=_rate_of(player))
    if fit is None:
        raise CannotMeasureError("The player's clock could not be read.")
    return fit


def _rate_of(player: PlayerLink) -> int:
    if player.opened is None:
        raise CannotMeasureError("The player has no output.")
    return player.opened.rate_hz


def _seconds_for(clicks: int) -> float:
    step_s = _STEP_FRAMES_AT_48K / 48_000
    return _FIRST_AFTER_S + clicks * step_s + _LONGEST_S + _FITTED_S


def _ways(
    samples: NDArray[np.float32], places: list[int], settings: PlayerSettings, rate_hz: int
) -> NDArray[np.float64]:
    """Return for each click that was heard how many frames after its place that was."""
    from countoff.core.listening import find_click  # noqa: PLC0415
    from countoff.core.voice import Voice  # noqa: PLC0415
    from countoff.player.user_sounds import user_bank  # noqa: PLC0415

    voice = user_bank(rate_hz, settings.sounds)[0][Voice.ACCENT]
    half = int(_LONGEST_S * rate_hz) // 2
    ways = []
    for place in places:
        heard = find_click(samples, place + half, voice, reach_frames=half, is_digital=False)
        if heard.likeness >= _PRESENT:
            ways.append(heard.place_frame - place)
    if len(ways) * 2 < len(places):
        raise CannotMeasureError(
            f"Of {len(places)} clicks {len(ways)} came back: is the cable in, the level up, and"
            " --channel the right one?"
        )
    return np.array(ways, dtype=np.float64)


def _loop(player: PlayerLink, way_ms: NDArray[np.float64], input_ms: float, played: int) -> Loop:
    name = player.opened.name if player.opened is not None else ""
    return Loop(played, _rate_of(player), way_ms, input_ms, name)


def _tell(loop: Loop, saved_in: Path | None, *, as_json: bool) -> None:
    figures = loop.figures
    latency_frames = loop.latency_ms * loop.rate_hz / 1000
    if as_json:
        told = {
            "output": loop.output,
            "rate_hz": loop.rate_hz,
            "clicks": loop.played,
            "heard": len(loop.way_ms),
            "output_latency_ms": loop.latency_ms,
            "output_latency_frames": round(latency_frames, 2),
            "input_latency_ms": loop.input_ms,
            "latency_ms": asdict(figures),
            "saved_in": None if saved_in is None else str(saved_in),
        }
        print(json.dumps(told, indent=2))
        return
    from countoff.measure.tables import print_facts, print_histogram  # noqa: PLC0415 - loads rich

    print_facts(
        [
            ("output", f"{loop.output}, {loop.rate_hz} Hz"),
            ("clicks heard", f"{len(loop.way_ms)} of {loop.played}"),
            ("output latency", f"{loop.latency_ms:g} ms, {latency_frames:.1f} frames"),
            ("spread", f"{figures.spread:g} ms ({figures.lowest:g} to {figures.highest:g})"),
            ("the input's own share", f"{loop.input_ms:g} ms, taken off as its driver tells it"),
        ]
    )
    print_histogram(figures, "ms")
    if saved_in is not None:
        print(f"audio.output_latency_ms = {loop.latency_ms:g} is in {saved_in} now.")
    else:
        print("--save writes it into the configuration.", file=sys.stderr)
