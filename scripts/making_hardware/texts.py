"""The texts that are made from the source: for the program, for its configuration, for OpenSCAD and WireViz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from making_hardware.header import GROUNDS, HEADER_PIN, RAIL_3V3, RAIL_5V

if TYPE_CHECKING:
    from making_hardware.box import Box, Cable

_BY: Final = "Written by scripts/make_hardware from hardware/box.toml; change it there."
_BOARDS: Final = ("pi", "carrier", "screen")


def wiring_py(box: Box) -> str:
    """Return the module whose constants are the configuration's defaults."""
    pins, screen, spi = box.pins, box.screen, box.spi_pins
    constants = {
        "ROLL_PIN": pins["roll"],
        "AGAIN_PIN": pins["again"],
        "KEEPER_PIN": pins["keeper"],
        "SONG_PIN": pins["song"],
        "TALLY_PIN": pins["tally"],
        "I2C_PORT": screen["i2c_port"],
        "I2C_ADDRESS": f"0x{screen['i2c_address']:02X}",
        "SPI_PORT": screen["spi_port"],
        "SPI_DEVICE": screen["spi_device"],
        "DATA_OR_COMMAND_PIN": spi["data_or_command"],
        "RESET_PIN": spi["reset"],
    }
    lines = "\n".join(f"{name}: Final = {value}" for name, value in constants.items())
    return (
        '"""How the box is wired: BCM numbers, and where its screen is.\n\n'
        f'{_BY}\n"""\n\nfrom __future__ import annotations\n\nfrom typing import Final\n\n{lines}\n'
    )


def configuration(box: Box) -> str:
    """Return the configuration of a box that was built from this folder."""
    pins, screen = box.pins, box.screen
    return f"""\
# The box as it is built by the hardware folder. What is not said here has a default: `countoff config show`
# prints all of it, with a word on each key.
# {_BY}

[audio]
# device = "Scarlett"         # part of the interface's name, see `countoff devices`

[daw]
# profile = "reaper"          # see `countoff daw list`

[midi]
# port = "USB MIDI"           # part of the name of the port that the DAW's cable is in

[pedals]
roll = {pins["roll"]:<22} # BCM pins; the wiring is in hardware/README.md
again = {pins["again"]}
keeper = {pins["keeper"]}
song = {pins["song"]}
lockout_ms = {round(box.limits["lockout"] * 1000)}

[tally]
pin = {pins["tally"]}

[oled]
driver = "{screen["driver"]}"
interface = "{screen["interface"]}"
i2c_port = {screen["i2c_port"]}
i2c_address = 0x{screen["i2c_address"]:02X}

[log]
folder = "/var/lib/countoff"  # the service's; so whoever asks for takes in a terminal is shown these
"""


def openings_scad(box: Box) -> str:
    """Return the measures of the case for enclosure.scad."""
    case = box.case
    lines = [f"// {_BY} All in mm."]
    lines += [f"{name} = {_scad(value)};" for name, value in case.items() if name not in _BOARDS]
    for board in _BOARDS:
        lines += [f"{board}_{name} = {_scad(value)};" for name, value in case[board].items()]
    lines += [f"vent_{name} = {_scad(value)};" for name, value in box.vents.items()]
    lines.append(
        "\n// [label, wall, along, up, diameter (0: a rectangle), [width, height], screws apart]"
    )
    lines.append("openings = [")
    for opening in box.openings:
        hole = [
            opening.label, opening.wall, opening.along, opening.up,
            opening.round, list(opening.size), opening.screws,
        ]  # fmt: skip
        lines.append(f"    {_scad(hole)},")
    lines.append("];")
    return "\n".join(lines) + "\n"


def _scad(value: Any) -> str:  # noqa: ANN401 (what TOML holds)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(_scad(item) for item in value)}]"
    return f"{value:g}"


def header_signals(box: Box) -> dict[int, str]:
    """Return what each header pin carries that the carrier uses, in the header's order."""
    names = {
        "roll": "ROLL", "again": "AGAIN", "keeper": "KEEPER", "song": "SONG", "tally": "TALLY",
        "oled_data": "SDA", "oled_clock": "SCL", "midi_out": "TXD", "midi_in": "RXD",
    }  # fmt: skip
    signals = {HEADER_PIN[box.pins[key]]: name for key, name in names.items()}
    signals |= dict.fromkeys(RAIL_3V3, "3V3")
    signals |= dict.fromkeys(GROUNDS, "GND")
    return dict(sorted(signals.items()))


def unused_rails() -> tuple[int, ...]:
    """Return the header pins that must stay free: 5 V has no business on the carrier."""
    return RAIL_5V


def harness_yml(box: Box) -> str:
    """Return the wiring for WireViz: the ribbon, and the cables to the panel."""
    lines = [
        f"# {_BY}",
        "options:",
        "  fontname: DejaVu Sans",
        "  bgcolor: WH",
        "  color_mode: SHORT",
    ]
    lines += ["connectors:"]
    signals = header_signals(box)
    for ref, title in (
        (box.ref("pi"), "Raspberry Pi, header"),
        (box.ref("header"), "Carrier, box header"),
    ):
        lines += [f"  {ref}:", f"    type: {title}", "    show_pincount: false"]
        lines += [f"    pins: [{', '.join(map(str, signals))}]"]
        lines += [f"    pinlabels: [{', '.join(signals.values())}]"]
    for cable in box.cables:
        poles = ", ".join(f'"{wire.pole}"' for wire in cable.wires)
        lines += [f"  {cable.terminal}:", "    type: Carrier, terminal"]
        lines += ["    show_pincount: false"]
        lines += [f"    pinlabels: [{poles}]"]
        for ref in cable.parts:
            pins = ", ".join(_pin(wire.pin) for wire in cable.wires if wire.part == ref)
            lines += [f"  {ref}:", f'    type: "{_title(box, ref)}"', f"    pins: [{pins}]"]
            lines += ["    show_pincount: false"]
    lines += ["cables:"]
    ribbon = box.ref("ribbon")
    lines += [f"  {ribbon}:", "    type: Ribbon, 40 by 1.27 mm", "    length: 0.2"]
    lines += [f"    wirecount: {len(signals)}", f"    colors: [{', '.join(_ribbon(signals))}]"]
    for cable in box.cables:
        colours = ", ".join(wire.colour for wire in cable.wires)
        lines += [f"  {cable.name}:", f'    gauge: "{cable.gauge:g} mm2"']
        lines += [f"    length: {cable.length / 1000:g}", f"    wirecount: {len(cable.wires)}"]
        lines += [f"    colors: [{colours}]", f'    notes: "{cable.note}"']
    lines += ["connections:"]
    # The drawing is laid out from below: what stands first here is its foot.
    for cable in reversed(box.cables):
        for ref in reversed(cable.parts):
            lines += _connection(cable, ref)
    both = f"[{', '.join(map(str, signals))}]"
    lines += [f"  - - {box.ref('pi')}: {both}", f"    - {ribbon}: [1-{len(signals)}]"]
    lines += [f"    - {box.ref('header')}: {both}"]
    return "\n".join(lines) + "\n"


def _connection(cable: Cable, ref: str) -> list[str]:
    wires = [(number, wire) for number, wire in enumerate(cable.wires, 1) if wire.part == ref]
    numbers = ", ".join(str(number) for number, _ in wires)
    poles = ", ".join(f'"{wire.pole}"' for _, wire in wires)
    pins = ", ".join(_pin(wire.pin) for _, wire in wires)
    return [
        f"  - - {cable.terminal}: [{poles}]",
        f"    - {cable.name}: [{numbers}]",
        f"    - {ref}: [{pins}]",
    ]


def _pin(name: str) -> str:
    """Write a pin as WireViz reads it: what looks like a number must be one."""
    return name if name.isdigit() else f'"{name}"'


def _ribbon(signals: dict[int, str]) -> list[str]:
    colours = {"3V3": "RD", "GND": "BK"}
    return [colours.get(signal, "GY") for signal in signals.values()]


def _title(box: Box, ref: str) -> str:
    """Return what a part on the panel is called in the drawing."""
    labels = [opening.label for opening in box.openings if opening.ref == ref]
    return {box.ref("screen"): "OLED, in the lid"}.get(ref, labels[0] if labels else ref)
