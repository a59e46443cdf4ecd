from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from countoff.player.finding import (
    DeviceName,
    Listed,
    OutputMissingError,
    outputs_meant,
    plain_name,
)
from countoff.player.sockets import sockets

if TYPE_CHECKING:
    from pathlib import Path

APIS = ("ALSA", "JACK Audio Connection Kit")
ALSA, JACK = 0, 1
HDMI = "vc4-hdmi-0: MAI PCM i2s-hifi-0"
SCARLETT = "Scarlett 2i2 USB: Audio"
BEHRINGER = "UMC202HD: USB Audio"


def listed(*names: str, default: int = 0, jack: tuple[str, ...] = ()) -> Listed:
    """Return a machine with outputs of these names, and one input."""
    named = [*((name, ALSA) for name in names), *((name, JACK) for name in jack)]
    devices = [
        {"name": name, "index": index, "hostapi": api, "max_output_channels": 2}
        for index, (name, api) in enumerate(named)
    ]
    microphone = {"name": "C-1U: USB Audio (hw:9,0)", "hostapi": ALSA, "index": len(devices)}
    return Listed([*devices, {**microphone, "max_output_channels": 0}], APIS, default)


def names_meant(machine: Listed, wanted: str, before: DeviceName | None = None) -> list[str]:
    """Return the names of what would be tried."""
    return [str(device["name"]) for device in outputs_meant(machine, wanted, before)]


def test_at_first_it_is_the_default_or_the_one_named() -> None:
    """Without a name the system decides; a part of a name is enough, in any case of letters."""
    machine = listed(f"{HDMI} (hw:0,0)", f"{SCARLETT} (hw:1,0)", default=1)
    assert names_meant(machine, "") == [f"{SCARLETT} (hw:1,0)"]
    assert names_meant(machine, "HDMI") == [f"{HDMI} (hw:0,0)"]


@pytest.mark.parametrize("wanted", ["", "usb"])
def test_a_device_is_found_again_by_its_name_whatever_its_number(wanted: str) -> None:
    """Plugged in again it has another number, and another card is the default, or fits the name."""
    before = listed(f"{SCARLETT} (hw:1,0)")
    name = before.name_of(before.devices[0], "Scarlett 2i2 USB")
    after = listed(f"{BEHRINGER} (hw:1,0)", f"{SCARLETT} (hw:2,0)", "default", default=2)
    assert names_meant(after, wanted, name) == [f"{SCARLETT} (hw:2,0)"]


@pytest.mark.parametrize("wanted", ["", "usb"])
def test_no_other_device_takes_its_place(wanted: str) -> None:
    """What has become the default, or fits the name, is another one: the sentence says what to do."""
    name = DeviceName("ALSA", SCARLETT, "Scarlett 2i2 USB")
    with pytest.raises(OutputMissingError) as told:
        outputs_meant(listed(f"{BEHRINGER} (hw:1,0)", "default", default=1), wanted, name)
    assert str(told.value) == (
        'The output "Scarlett 2i2 USB: Audio" has gone: bring it back, or start the box anew to play'
        ' on another; found "UMC202HD: USB Audio (hw:1,0)", "default".'
    )


def test_a_default_is_tried_first_and_then_the_card_it_led_to() -> None:
    """Its name says nothing of the card: so the card itself is there to be tried too."""
    name = DeviceName("ALSA", "default", "Scarlett 2i2 USB")
    machine = listed(f"{HDMI} (hw:0,0)", f"{SCARLETT} (hw:1,0)", "default", default=2)
    assert names_meant(machine, "", name) == ["default", f"{SCARLETT} (hw:1,0)"]


def test_a_server_is_waited_for_while_the_card_it_held_is_free() -> None:
    """A JACK server that went away comes back: nobody takes the card that it needs."""
    name = DeviceName(APIS[JACK], "system")
    with pytest.raises(OutputMissingError, match='The output "system" has gone'):
        outputs_meant(listed(f"{SCARLETT} (hw:1,0)"), "", name)
    machine = listed(f"{SCARLETT} (hw:1,0)", "system", jack=("Ardour", "system"))
    (meant,) = outputs_meant(machine, "", name)
    assert (meant["name"], meant["hostapi"]) == ("system", JACK)


def test_a_machine_without_an_output_says_so() -> None:
    """Whether one was named, was there before, or neither."""
    for wanted, before in (("", None), ("usb", None), ("", DeviceName("ALSA", SCARLETT))):
        with pytest.raises(OutputMissingError, match="no audio output was found"):
            outputs_meant(listed(), wanted, before)


def test_a_name_that_fits_several_or_none_is_told_with_what_was_found() -> None:
    """The sentence names the key, the value and the outputs; one that fits whole is meant."""
    machine = listed("USB Audio", "USB Audio Pro", "Monitor")
    assert names_meant(machine, "USB Audio") == ["USB Audio"]
    with pytest.raises(OutputMissingError, match=r'"usb" matches several outputs: "USB Audio",'):
        outputs_meant(machine, "usb", None)
    with pytest.raises(OutputMissingError, match=r'no output of that name; found .*"Monitor"'):
        outputs_meant(machine, "Monitro", None)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Scarlett 2i2 USB: Audio (hw:2,0)", "Scarlett 2i2 USB: Audio"),
        ("USB Audio: - (plughw:10,1)", "USB Audio: -"),
        ("default", "default"),
        ("Box (hw:1,0) mk2", "Box (hw:1,0) mk2"),
    ],
)
def test_numbers_are_no_part_of_a_name(name: str, plain: str) -> None:
    """Only what the API puts behind it."""
    assert plain_name(name) == plain


# Two of one kind: the numbers are theirs by chance, the sockets are not.
PAIR = (f"{BEHRINGER} (hw:1,0)", f"{BEHRINGER} (hw:2,0)")


def in_sockets(machine: Listed, sockets: dict[int, str]) -> Listed:
    """Return the machine with its cards in USB sockets."""
    return replace(machine, sockets=sockets)


@pytest.mark.parametrize("before", [None, DeviceName("ALSA", BEHRINGER, "UMC202HD")])
@pytest.mark.parametrize(("left", "right"), [(1, 2), (2, 1)])
def test_two_of_one_kind_are_told_apart_by_their_sockets(
    before: DeviceName | None, left: int, right: int
) -> None:
    """Whatever their numbers are this time, and when one of them comes back too."""
    machine = in_sockets(listed(*PAIR), {left: "usb_1_1_3", right: "usb_1_1_4"})
    assert names_meant(machine, "usb_1_1_3", before) == [f"{BEHRINGER} (hw:{left},0)"]


def test_the_other_one_does_not_take_its_place() -> None:
    """The one in the socket is pulled: its twin is not played on, and the sentence says where it is."""
    machine = in_sockets(listed(PAIR[1], "default"), {2: "usb_1_1_4"})
    with pytest.raises(OutputMissingError) as told:
        outputs_meant(machine, "usb_1_1_3", DeviceName("ALSA", BEHRINGER, "UMC202HD"))
    assert str(told.value) == (
        'audio.device = "usb_1_1_3": no output is plugged in there; sockets with one: usb_1_1_4.'
    )


def test_sockets_are_read_from_the_kernels_list(tmp_path: Path) -> None:
    """Only what our device rule has named is a socket; another card's identifier is none."""
    cards = tmp_path / "cards"
    cards.write_text(
        " 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n"
        "                      vc4-hdmi-0\n"
        " 1 [usb_1_1_3      ]: USB-Audio - UMC202HD 192k\n"
        "                      BEHRINGER UMC202HD 192k at usb-xhci-hcd.0-1.3, high speed\n"
        " 2 [usbstream      ]: USB-Audio - usbstream\n"
        "12 [usb_3_2_1_4_4_4]: USB-Audio - Another\n"
    )
    assert sockets(cards) == {1: "usb_1_1_3", 12: "usb_3_2_1_4_4_4"}
    assert sockets(tmp_path / "no such file") == {}
