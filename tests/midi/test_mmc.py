from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mmc import (
    FASTEST_SHUTTLE,
    HIGHEST_TRACK,
    Addressed,
    Command,
    Locate,
    RecordReady,
    Shuttle,
    Step,
    Transport,
    decode,
    encode,
)
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
    Transport.EJECT: "F0 7F 7F 06 0A F7",
    Transport.CHASE: "F0 7F 7F 06 0B F7",
    Transport.ERROR_RESET: "F0 7F 7F 06 0C F7",
    Transport.RESET: "F0 7F 7F 06 0D F7",
    RecordReady(1, is_ready=True): "F0 7F 7F 06 41 04 4F 00 20 20 F7",
    RecordReady(1, is_ready=False): "F0 7F 7F 06 41 04 4F 00 20 00 F7",
    RecordReady(2, is_ready=True): "F0 7F 7F 06 41 04 4F 00 40 40 F7",
    RecordReady(3, is_ready=True): "F0 7F 7F 06 41 04 4F 01 01 01 F7",
    RecordReady(9, is_ready=True): "F0 7F 7F 06 41 04 4F 01 40 40 F7",
    RecordReady(10, is_ready=False): "F0 7F 7F 06 41 04 4F 02 01 00 F7",
    Shuttle(Fraction(1)): "F0 7F 7F 06 47 03 01 00 00 F7",
    Shuttle(Fraction(-1)): "F0 7F 7F 06 47 03 41 00 00 F7",
    Shuttle(Fraction(1, 2)): "F0 7F 7F 06 47 03 00 40 00 F7",
    Shuttle(Fraction(16)): "F0 7F 7F 06 47 03 14 00 00 F7",
    Shuttle(FASTEST_SHUTTLE): "F0 7F 7F 06 47 03 3F 7F 7F F7",
    Shuttle(-FASTEST_SHUTTLE): "F0 7F 7F 06 47 03 7F 7F 7F F7",
    Step(5): "F0 7F 7F 06 48 01 05 F7",
    Step(-5): "F0 7F 7F 06 48 01 45 F7",
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


commands = (
    st.sampled_from(Transport)
    | time_codes().map(Locate)
    | st.builds(RecordReady, st.integers(1, HIGHEST_TRACK), st.booleans())
    | st.builds(Step, st.integers(-63, 63))
    # Speeds that the bytes can say: three whole bits and fourteen below, doubled up to seven times.
    | st.builds(
        lambda parts, shift, sign: Shuttle(sign * Fraction(parts << shift, 1 << 14)),
        st.integers(0, (1 << 17) - 1),
        st.integers(0, 7),
        st.sampled_from([1, -1]),
    )
)
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
    message = bytes.fromhex("F0 7F 7F 06 42 04 4F 01 01 01 0E 02 F7")
    assert decode(message) == (Addressed(Transport.PLAY),)


@pytest.mark.parametrize(
    "message",
    [
        "F0 7F 7F 06 41 04 62 01 01 01 02 F7",  # mutes
        "F0 7F 7F 06 41 03 4F 01 01 02 F7",  # too few bytes
        "F0 7F 7F 06 40 04 4F 02 20 01 02 F7",  # a whole bitmap
        "F0 7F 7F 06 44 02 00 08 02 F7",  # to an information field
        "F0 7F 7F 06 47 02 01 00 02 F7",
        "F0 7F 7F 06 48 02 01 00 02 F7",
        "F0 7F 7F 06 41 04 4F 00 1F 1F 02 F7",  # video, time code and auxiliary tracks
    ],
)
def test_writes_of_other_kinds_are_skipped(message: str) -> None:
    """What is like a known command and is none is stepped over, and the next one is read."""
    assert decode(bytes.fromhex(message)) == (Addressed(Transport.PLAY),)


def test_one_write_arms_several_tracks() -> None:
    """Each track in the mask is armed or disarmed, and no other one."""
    assert decode(bytes.fromhex("F0 7F 05 06 41 04 4F 01 07 05 F7")) == (
        Addressed(RecordReady(3, is_ready=True), 5),
        Addressed(RecordReady(4, is_ready=False), 5),
        Addressed(RecordReady(5, is_ready=True), 5),
    )


@pytest.mark.parametrize("track", range(1, 65))
def test_no_bit_before_the_first_track_is_ever_touched(track: int) -> None:
    """One bit of the mask is set, and never one of the five that crash a DAW's count of tracks."""
    byte, mask, bits = encode(RecordReady(track, is_ready=True))[7:10]
    assert mask.bit_count() == 1
    assert bits == mask
    assert byte > 0 or not mask & 0x1F
    # The table's own rule, from the third track on.
    if track >= 3:
        assert (byte, mask) == (1 + (track - 3) // 7, 1 << (track - 3) % 7)


@given(speed=st.fractions(-FASTEST_SHUTTLE, FASTEST_SHUTTLE, max_denominator=1 << 20))
def test_any_shuttle_is_near(speed: Fraction) -> None:
    """A speed that the bytes cannot say exactly becomes one within a part in 16384 of it."""
    ((addressed),) = decode(encode(Shuttle(speed)))
    assert isinstance(addressed.command, Shuttle)
    error = abs(addressed.command.speed - speed)
    assert error <= max(Fraction(1), abs(speed)) / 16384


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: RecordReady(0, is_ready=True), "track 0 is none; 1 to 891"),
        (lambda: RecordReady(892, is_ready=True), "track 892 is none"),
        (lambda: Shuttle(Fraction(1024)), "speed is 1024; up to 1023 times"),
        (lambda: Step(-64), "step is -64; up to 63"),
    ],
)
def test_what_cannot_be_said(make: object, sentence: str) -> None:
    """What no byte can say is refused in a sentence."""
    assert callable(make)
    with pytest.raises(ValueError, match=sentence):
        make()


def test_flags_in_a_locate_are_ignored() -> None:
    """Flag bits above minute, second and frame do not move the place."""
    message = bytes.fromhex("F0 7F 7F 06 44 06 01 21 42 43 64 05 F7")
    assert decode(message) == (Addressed(Locate(TimeCode(1, 2, 3, 4, Rate.FPS_25, 5))),)


@pytest.mark.parametrize("device_id", [-1, 128])
def test_impossible_device(device_id: int) -> None:
    """A device id that does not exist is refused in a sentence that says what is allowed."""
    with pytest.raises(ValueError, match=rf"MMC device id is {device_id}; from 0 to 126"):
        encode(Transport.STOP, device_id)
