"""OSC packets, written out by hand as its specification has them, and whatever else may come."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.daw.osc.packets import OscMessage, decode, encode

PLAY = b"/transport_play\0,i\0\0\0\0\0\1"
PLACE = b"/position/smpte\0,s\0\0" + b"01:00:00:00\0"


@pytest.mark.parametrize(
    ("packet", "message"),
    [
        (PLAY, OscMessage("/transport_play", (1,))),
        (PLACE, OscMessage("/position/smpte", ("01:00:00:00",))),
        (b"/heartbeat\0\0,f\0\0\x3f\x80\0\0", OscMessage("/heartbeat", (1.0,))),
        (
            b"/set_surface\0\0\0\0,iiii\0\0\0\0\0\0\1\0\0\0\1\0\0\0\x58\0\0\0\0",
            OscMessage("/set_surface", (1, 1, 88, 0)),
        ),
        (b"/a\0\0,TFN\0\0\0\0", OscMessage("/a", (True, False, None))),
        (b"/a\0\0,\0\0\0", OscMessage("/a")),
    ],
)
def test_messages_as_published(packet: bytes, message: OscMessage) -> None:
    """Address, tags and arguments, each padded to four bytes, both ways."""
    assert decode(packet) == (message,)
    assert encode(message) == packet


def test_what_is_only_heard() -> None:
    """Long numbers, and a message without tags, as old senders have it."""
    assert decode(b"/a\0\0,hd\0" + struct.pack(">qd", 1 << 40, 0.5)) == (
        OscMessage("/a", (1 << 40, 0.5)),
    )
    assert decode(b"/stop\0\0\0") == (OscMessage("/stop"),)


def test_a_bundle_is_its_messages_in_order() -> None:
    """REAPER sends bundles; one may lie in another."""

    def bundle(*packets: bytes) -> bytes:
        inside = b"".join(struct.pack(">i", len(packet)) + packet for packet in packets)
        return b"#bundle\0" + bytes(8) + inside

    both = (OscMessage("/transport_play", (1,)), OscMessage("/position/smpte", ("01:00:00:00",)))
    assert decode(bundle(PLAY, PLACE)) == both
    assert decode(bundle(bundle(PLAY), PLACE)) == both
    assert decode(bundle(PLAY, PLACE)[:-4]) == ()


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"x",
        b"play\0\0\0\0,\0\0\0",
        b"/a",
        b"/a\0\0,i\0\0\0\0",
        b"/a\0\0,b\0\0",
        b"/\xff\0\0,\0\0\0",
    ],
)
def test_what_is_no_osc_says_nothing(packet: bytes) -> None:
    """Cut short, of an unknown kind, or something else altogether."""
    assert decode(packet) == ()


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda data: b"#bundle\0" + data))
def test_no_packet_is_an_error(packet: bytes) -> None:
    """Anybody on the network may send anything."""
    decode(packet)


@given(
    st.from_regex(r"/[a-z/]{1,20}", fullmatch=True),
    st.lists(
        st.integers(-(1 << 31), (1 << 31) - 1)
        | st.floats(width=32, allow_nan=False)
        | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)
        | st.booleans(),
        max_size=4,
    ),
)
def test_what_is_said_is_heard(address: str, arguments: list[int | float | str | bool]) -> None:
    """Each message comes back as it was, and is a multiple of four bytes long."""
    message = OscMessage(address, tuple(arguments))
    packet = encode(message)

    assert len(packet) % 4 == 0
    assert decode(packet) == (message,)
