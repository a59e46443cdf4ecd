"""Faults that no key has alone: two parts on one pin, a list that is too short. Pure."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from countoff.config.daw_clashes import daw_clash
from countoff.config.fitting import Misfit, dotted
from countoff.config.midi_pedals import midi_pedal_clash
from countoff.config.pedal_map import pedal_map_clash
from countoff.config.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from countoff.config.model import Config
    from countoff.config.tables import KeyPath, Table
    from countoff.daw.profile import Profile

I2C_BUS_1_PINS = (2, 3)
SPI_BUS_0_PINS = (9, 10, 11)
SPI_BUS_0_SELECT_PINS = (8, 7)
# What decides whether the first click can be on time.
_LEAD_KEYS: tuple[KeyPath, ...] = (
    ("daw", "lead_ms"),
    ("audio", "latency_ms"),
    ("audio", "output_latency_ms"),
    ("audio", "block_frames"),
    ("audio", "rate_hz"),
)


def first_clash(
    config: Config, profile: Profile, values: dict[str, Any], table: Table
) -> Misfit | None:
    """Return the first fault between keys, laid on one of `values`, the file's that are in force.

    `profile` is the DAW's, as the configuration says. `table` only tells which of two keys stands
    further down.
    """
    return (
        _pin_clash(config, values, table)
        or _output_clash(config)
        or _lead_clash(config, values, table)
        or daw_clash(config, profile)
        or pedal_map_clash(config)
        or midi_pedal_clash(config)
    )


def _pin_clash(config: Config, values: dict[str, Any], table: Table) -> Misfit | None:
    users: dict[int, list[KeyPath]] = {}
    for key, pin in _pins(config):
        users.setdefault(pin, []).append(key)
    for pin, keys in users.items():
        loser = _last_written(keys, values, table)
        if len(keys) > 1 and loser is not None:
            others = " and ".join(dotted(key) for key in keys if key != loser)
            return Misfit(
                loser,
                "wrong",
                f"{dotted(loser)} = {pin} is not allowed; pin {pin} already serves {others},"
                " and each part needs its own.",
            )
    return None


def _pins(config: Config) -> Iterator[tuple[KeyPath, int]]:
    """Name every pin that the configuration uses, with the key that chose it."""
    for pedal in ("roll", "again", "keeper", "song"):
        yield ("pedals", pedal), getattr(config.pedals, pedal)
    yield ("tally", "pin"), config.tally.pin
    oled = config.oled
    if oled.interface == "spi":
        yield ("oled", "gpio_dc"), oled.gpio_dc
        yield ("oled", "gpio_reset"), oled.gpio_reset
        if oled.spi_port == 0:
            for pin in (*SPI_BUS_0_PINS, *SPI_BUS_0_SELECT_PINS[oled.spi_device :][:1]):
                yield ("the OLED's SPI bus",), pin
    elif oled.i2c_port == 1:
        for pin in I2C_BUS_1_PINS:
            yield ("the OLED's I2C bus",), pin


def _output_clash(config: Config) -> Misfit | None:
    """Find a channel that is not there or belongs to two outputs, or an output without any.

    The last first, so that what stands before it is still in its place when its turn comes.
    """
    outputs = config.click.output
    owner_of: dict[int, int] = {}
    for index, output in enumerate(outputs):
        for channel in output.channels:
            owner_of.setdefault(channel, index)
    for index, output in reversed(list(enumerate(outputs))):
        for place, channel in reversed(list(enumerate(output.channels))):
            key: KeyPath = ("click", "output", index, "channels", place)
            what = f"{dotted(key)} = {channel} is not allowed; "
            if channel > config.audio.channels:
                return Misfit(key, "wrong", f"{what}audio.channels is {config.audio.channels}.")
            if owner_of[channel] != index:
                owner = dotted(("click", "output", owner_of[channel]))
                return Misfit(key, "wrong", f"{what}that channel belongs to {owner} already.")
    for index, output in reversed(list(enumerate(outputs))):
        if not output.channels:
            key = ("click", "output", index)
            sentence = f"{dotted(key)} has no channels; it needs some: channels = [1, 2]."
            return Misfit(key, "wrong", sentence)
    return None


def _lead_clash(config: Config, values: dict[str, Any], table: Table) -> Misfit | None:
    """Find a first click that would have to be on its way to the converter before the press."""
    audio, lead_ms = config.audio, config.daw.lead_ms
    measured_ms = audio.output_latency_ms
    latency_ms = audio.latency_ms if measured_ms is None else measured_ms
    needed_ms = ceil(latency_ms + 2000 * audio.block_frames / audio.rate_hz)
    if lead_ms >= needed_ms:
        return None
    key = _last_written(_LEAD_KEYS, values, table)
    if key is None:
        return None
    given = getattr(getattr(config, str(key[0])), str(key[1]))
    return Misfit(
        key,
        "wrong",
        f"{dotted(key)} = {quoted(given)} is not allowed; sound is queued {needed_ms} ms ahead"
        f" (the latency and two blocks), and daw.lead_ms = {lead_ms} must not be less.",
    )


def _last_written(keys: Iterable[KeyPath], values: dict[str, Any], table: Table) -> KeyPath | None:
    """Return the one of `keys` that the file sets furthest down: it was just changed or added."""
    from_file = [key for key in keys if key[-1] in values.get(str(key[0]), {})]
    return max(from_file, key=lambda key: table.line_of(key) or 0, default=None)
