from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.daw.simulated.wording import CLOCK, METERS, PING, TIME_CODE, TIME_DISPLAY, Wording


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("f07f7f0606f7", "MMC record strobe"),
        ("f07f7f060701f7", "MMC record exit, MMC stop"),
        ("f07f7f06440601210a000c00f7", "MMC locate 01:10:00:12"),
        ("905f7f", "Mackie record pressed"),
        ("905f00", "Mackie record released"),
        ("f00000661401 58595a30303030 01020304f7", "Mackie: here I am"),
        ("b02f45", "b0 2f 45"),  # half of a HUI switch, whose other half was not heard
        ("90007f", "HUI ping answered"),
        ("fa", "clock start"),
        ("f8", CLOCK),
        ("f21000", "song position 16 sixteenths"),
        ("f100", TIME_CODE),
    ],
)
def test_what_the_box_says(data: str, words: str) -> None:
    """Every message that the box sends has words of its own."""
    assert Wording(is_from_daw=False).of(bytes.fromhex(data)) == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("905f7f", "Mackie record light on"),
        ("905f01", "Mackie record light blinks"),
        ("905f00", "Mackie record light off"),
        ("f00000661400f7", "Mackie: who is there?"),
        ("b04030", TIME_DISPLAY),
        ("900000", PING),
        ("d012", METERS),
        ("e3407f", METERS),
        ("901a7f", METERS),
        ("f07f7f0606f7", "MMC record strobe"),
        ("c005", "c0 05"),
    ],
)
def test_what_a_daw_says(data: str, words: str) -> None:
    """The same bytes are lights when a DAW says them; what is not known is told as it is."""
    assert Wording(is_from_daw=True).of(bytes.fromhex(data)) == words


def test_both_halves_of_a_hui_switch() -> None:
    """The first half says nothing yet; with the second it is known."""
    from_box, from_daw = Wording(is_from_daw=False), Wording(is_from_daw=True)

    assert [from_box.of(bytes.fromhex(half)) for half in ("b00f0e", "b02f45")] == [
        "",
        "HUI record pressed",
    ]
    assert [from_daw.of(bytes.fromhex(half)) for half in ("b00c0e", "b02c05")] == [
        "",
        "HUI record light off",
    ]


@given(st.lists(st.binary(min_size=1, max_size=16), max_size=20), st.booleans())
def test_any_bytes_have_words_or_none(messages: list[bytes], is_from_daw: bool) -> None:
    """Whatever comes over the cable, watching it does no harm."""
    wording = Wording(is_from_daw=is_from_daw)

    assert all(isinstance(wording.of(data), str) for data in messages)
