from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mmc import Addressed, Command, Locate, Transport, decode, encode
from countoff.midi.timecode import Rate, TimeCode

# As published, to all devices.
PUBLISHED = {
    Transport.STOP: "F0 7F 7F 06 01 F7",
    Transport.PLAY: "F0 7F 7F 06 02 F7",
    Transport.DEFERRED_PLAY: "F0 7F 7F 06 03 F7",
    Transport.FAST_FORWARD: "F0 7F 7F 06 04 F7",
    Transport.REWIND: "F0 7F 7F 06 05 F7",
    Transport.RECORD_STROBE: "F0 7F 7F 06 06 F7",
    Transport.RECORD_EXIT: "F0 7F 7F 06 07 F7",
    Transport.RECORD_PAUSE: "F0 7F 7F 06 08 F7",
    Transport.PAUSE: "F0 7F 7F 06 09 F7",
    Locate(TimeCode(1, 2, 3, 4, Rate.FPS_24, 5)): "F0 7F 7F 06 44 06 01 01 02 03 04 05 F7",
    Locate(TimeCode(1, 2, 3, 4, Rate.FPS_25, 5)): "F0 7F 7F 06 44 06 01 21 02 03 04 05 F7",
    Locate(TimeCode(1, 2, 3, 4, Rate.FPS_30_DROP, 5)): "F0 7F 7F 06 44 06 01 41 02 03 04 05 F7",
    Locate(TimeCode(1, 2, 3, 4, Rate.FPS_30, 5)): "F0 7F 7F 06 44 06 01 61 02 03 04 05 F7",
    Locate(TimeCode(15, 59, 58, 24, Rate.FPS_25, 99)): "F0 7F 7F 06 44 06 01 2F 3B 3A 18 63 F7",
}


@st.composite
def time_codes(draw: st.DrawFn) -> TimeCode:
    """Return any place that can be located to."""
    rate = draw(st.sampled_from(Rate))
    minute, second = draw(st.integers(0, 59)), draw(st.integers(0, 59))
    skipped = 2 if rate is Rate.FPS_30_DROP and second == 0 and minute % 10 else 0
    most = {Rate.FPS_24: 23, Rate.FPS_25: 24, Rate.FPS_30_DROP: 29, Rate.FPS_30: 29}[rate]
    frame = draw(st.integers(skipped, most))
    return TimeCode(draw(st.integers(0, 23)), minute, second, frame, rate, draw(st.integers(0, 99)))


commands = st.sampled_from(Transport) | time_codes().map(Locate)
devices = st.integers(0, 127)


@pytest.mark.parametrize(("command", "published"), PUBLISHED.items())
def test_published_bytes(command: Command, published: str) -> None:
    """Every command is sent and read as published."""
    assert encode(command) == bytes.fromhex(published)
    assert decode(bytes.fromhex(published)) == (Addressed(command),)


@given(command=commands, device_id=devices)
def test_round_trip(command: Command, device_id: int) -> None:
    """What is encoded decodes to itself, and is legal inside a system exclusive message."""
    message = encode(command, device_id)
    assert decode(message) == (Addressed(command, device_id),)
    assert max(message[1:-1]) < 0x80


@given(several=st.lists(commands, min_size=1, max_size=8), device_id=devices)
def test_several_in_one_message(several: list[Command], device_id: int) -> None:
    """Commands that share a message are all read, in order."""
    bodies = b"".join(encode(command)[4:-1] for command in several)
    message = b"\xf0\x7f" + bytes((device_id,)) + b"\x06" + bodies + b"\xf7"
    assert decode(message) == tuple(Addressed(command, device_id) for command in several)


@given(message=st.binary(max_size=64))
def test_any_bytes_are_survived(message: bytes) -> None:
    """Whatever arrives is read without an error."""
    decode(message)


@given(body=st.lists(st.integers(0, 127), max_size=44).map(bytes))
def test_any_commands_are_survived(body: bytes) -> None:
    """Whatever a well-formed message holds is read without an error."""
    for addressed in decode(b"\xf0\x7f\x10\x06" + body + b"\xf7"):
        assert addressed.device_id == 0x10


@pytest.mark.parametrize(
    "message",
    [
        "F0 7F 7F 06 44 06 01 21 3C 03 04 05 F7",  # minute 60
        "F0 7F 7F 06 44 06 01 41 01 00 00 00 F7",  # a frame that drop-frame skips
        "F0 7F 7F 06 44 06 00 21 02 03 04 05 F7",  # to an information field
        "F0 7F 7F 06 44 06 01 21 02 F7",  # cut short
        "F0 7F 7F 07 01 F7",  # a response
        "F0 7E 7F 06 01 F7",  # not real-time
        "F0 7F 7F 06 01",  # no end
        "F0 7F 7F 06 F7",  # no command
        "F8",
        "",
    ],
)
def test_what_is_no_command_is_none(message: str) -> None:
    """Places that do not exist, answers, fragments and other messages give no command."""
    assert decode(bytes.fromhex(message)) == ()


def test_unknown_commands_are_skipped() -> None:
    """A counted command that is not known is stepped over by its count, a short one by a byte."""
    message = bytes.fromhex("F0 7F 7F 06 41 04 4F 01 01 01 0A 02 F7")
    assert decode(message) == (Addressed(Transport.PLAY),)


def test_flags_in_a_locate_are_ignored() -> None:
    """Flag bits above minute, second and frame do not move the place."""
    message = bytes.fromhex("F0 7F 7F 06 44 06 01 21 42 43 64 05 F7")
    assert decode(message) == (Addressed(Locate(TimeCode(1, 2, 3, 4, Rate.FPS_25, 5))),)


@pytest.mark.parametrize("device_id", [-1, 128])
def test_impossible_device(device_id: int) -> None:
    """A device id that does not exist is refused in a sentence that says what is allowed."""
    with pytest.raises(ValueError, match=rf"MMC device id is {device_id}; from 0 to 126"):
        encode(Transport.STOP, device_id)
