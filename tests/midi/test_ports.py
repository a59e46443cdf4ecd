from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.ports import PortNotFoundError, find_port, find_source, plain_name

# As the ALSA sequencer lists them on a Pi with two interfaces and a controller.
PORTS = [
    "Midi Through:Midi Through Port-0 14:0",
    "UMC404HD 192k:UMC404HD 192k MIDI 1 24:0",
    "Fireface UCX II:Fireface UCX II MIDI 1 28:0",
    "Fireface UCX II:Fireface UCX II MIDI 2 28:1",
    "X-Touch One:X-Touch One MIDI 1 32:0",
]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("UMC404HD 192k:UMC404HD 192k MIDI 1 24:0", "UMC404HD 192k:UMC404HD 192k MIDI 1"),
        ("mioXM:mioXM DIN 1 128:12", "mioXM:mioXM DIN 1"),
        ("ardour:MMC in", "ardour:MMC in"),
        ("rack 2:in 1:2 20:0", "rack 2:in 1:2"),
        ("", ""),
    ],
)
def test_numbers_are_stripped(name: str, plain: str) -> None:
    """Only the pair of numbers that ALSA appends goes."""
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ("UMC404HD", 1),
        ("umc404hd 192k midi 1", 1),
        ("  Fireface UCX II   MIDI 2 ", 3),
        ("x-touch", 4),
        ("Through", 0),
        ("UMC404HD 192k:UMC404HD 192k MIDI 1 99:3", 1),  # copied with the numbers of another day
    ],
)
def test_found_by_part_of_the_name(wanted: str, index: int) -> None:
    """Part of a name is enough, in any case, with any white space, whatever the numbers."""
    assert find_port(wanted, PORTS) == PORTS[index]


def test_whole_name_wins() -> None:
    """A name that is another's beginning is meant when it is written in full."""
    assert find_port("ardour:MMC in", ["ardour:MMC in 2", "ardour:MMC in"]) == "ardour:MMC in"


def test_ambiguous() -> None:
    """Where several are meant none is taken, and the sentence names them."""
    with pytest.raises(PortNotFoundError) as error:
        find_port("Fireface", PORTS)
    assert str(error.value) == (
        'MIDI port "Fireface" could be any of "Fireface UCX II:Fireface UCX II MIDI 1 28:0",'
        ' "Fireface UCX II:Fireface UCX II MIDI 2 28:1". More of the name is needed.'
    )


def test_missing() -> None:
    """Where none is meant the sentence names what there is, and guesses."""
    with pytest.raises(PortNotFoundError) as error:
        find_port("UMC440HD 192k", PORTS[:2])
    assert str(error.value) == (
        'MIDI port "UMC440HD 192k" is not there; found'
        ' "Midi Through:Midi Through Port-0 14:0", "UMC404HD 192k:UMC404HD 192k MIDI 1 24:0".'
        ' Did you mean "UMC404HD 192k"?'
    )


@pytest.mark.parametrize(
    ("wanted", "names", "sentence"),
    [("UMC", [], "no MIDI port at all"), (" ", PORTS, "name is empty")],
)
def test_nothing_to_find(wanted: str, names: list[str], sentence: str) -> None:
    """No ports, or no name, is a sentence too."""
    with pytest.raises(PortNotFoundError, match=sentence):
        find_port(wanted, names)


@given(
    name=st.text("abcXYZ -:", min_size=1).filter(lambda text: text.strip()),
    numbers=st.lists(st.integers(0, 191), min_size=2, max_size=2),
)
def test_any_port_is_found_after_a_replug(name: str, numbers: list[int]) -> None:
    """A port is found by its whole plain name whatever numbers it now has."""
    now = f"{name} {numbers[0]}:{numbers[1]}"
    assert find_port(name, [now, "other 14:0"]) == now


@pytest.mark.parametrize(
    ("connected", "names", "source"),
    [
        ("UMC:UMC MIDI 1 24:0", ["Other:x 9:0", "UMC:UMC MIDI 1 24:0"], "UMC:UMC MIDI 1 24:0"),
        ("ardour:mcu in", ["ardour:mcu out", "ardour:click out"], "ardour:mcu out"),
        (
            "system:midi_playback_2",
            ["system:midi_capture_1", "system:midi_capture_2"],
            "system:midi_capture_2",
        ),
        ("DAW:control", ["DAW:feedback", "Other:control"], "DAW:feedback"),
        ("DAW:control", ["DAW:one", "DAW:two"], ""),
        ("DAW:inside in", ["DAW:outside in"], "DAW:outside in"),
        ("DAW:control", [], ""),
    ],
)
def test_who_speaks_for_a_port(connected: str, names: list[str], source: str) -> None:
    """The same name, the other direction, or the client's only port; of several nobody."""
    assert find_source(connected, names) == source
