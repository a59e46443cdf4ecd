from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mackie_handshake import (
    Confirmation,
    Handshake,
    Online,
    Query,
    Refusal,
    Response,
    Version,
    VersionRequest,
    answer,
    decode,
    encode,
)

PUBLISHED = {
    Query(): "F0 00 00 66 14 00 F7",
    Online(b"\x58\x59\x5a\x57\x18\x61\x05", b"\x57\x18\x61\x05"): (
        "F0 00 00 66 14 01 58 59 5A 57 18 61 05 57 18 61 05 F7"
    ),
    Response(b"\x58\x59\x5a\x57\x18\x61\x05", b"\x01\x02\x03\x04"): (
        "F0 00 00 66 14 02 58 59 5A 57 18 61 05 01 02 03 04 F7"
    ),
    Confirmation(b"\x58\x59\x5a\x57\x18\x61\x05"): "F0 00 00 66 14 03 58 59 5A 57 18 61 05 F7",
    Refusal(b"\x58\x59\x5a\x57\x18\x61\x05"): "F0 00 00 66 14 04 58 59 5A 57 18 61 05 F7",
    VersionRequest(): "F0 00 00 66 14 13 00 F7",
    Version("V2.10"): "F0 00 00 66 14 14 56 32 2E 31 30 F7",
}


def seven_bits(length: int) -> st.SearchStrategy[bytes]:
    """Return so many bytes that may lie in a message."""
    return st.lists(st.integers(0, 127), min_size=length, max_size=length).map(bytes)


steps = (
    st.sampled_from([Query(), VersionRequest()])
    | st.builds(Online, seven_bits(7), seven_bits(4))
    | st.builds(Response, seven_bits(7), seven_bits(4))
    | st.builds(Confirmation, seven_bits(7))
    | st.builds(Refusal, seven_bits(7))
    | st.builds(Version, seven_bits(5).map(lambda text: text.decode("ascii")))
)


@pytest.mark.parametrize(("step", "published"), PUBLISHED.items())
def test_published_bytes(step: Handshake, published: str) -> None:
    """Each step is said and read as published."""
    assert encode(step) == bytes.fromhex(published)
    assert decode(bytes.fromhex(published)) == step


@given(step=steps, device_id=st.integers(0, 127))
def test_there_and_back(step: Handshake, device_id: int) -> None:
    """Each step is read as it was meant, by the device that it was said to."""
    assert decode(encode(step, device_id), device_id) == step
    assert decode(encode(step, device_id), (device_id + 1) % 128) is None


def test_announcement_makes_reaper_say_all_again() -> None:
    """What the box says when its port opens begins with the bytes that REAPER looks for."""
    announcement = encode(Online())
    assert announcement.startswith(bytes.fromhex("F0 00 00 66 14 01 58 59 5A"))
    assert len(announcement) == 18


def test_the_whole_handshake() -> None:
    """Queried, it names itself; any response is accepted; its version has five characters."""
    online = answer(bytes.fromhex("F0 00 00 66 14 00 F7"))
    assert online == encode(Online())
    serial = online[6:13]
    for response in ("00 00 00 00", "7F 7F 7F 7F"):
        said = b"\xf0\x00\x00\x66\x14\x02" + serial + bytes.fromhex(response) + b"\xf7"
        assert answer(said) == b"\xf0\x00\x00\x66\x14\x03" + serial + b"\xf7"
    version = answer(bytes.fromhex("F0 00 00 66 14 13 00 F7"))
    assert version == bytes.fromhex("F0 00 00 66 14 14 56 32 2E 31 30 F7")
    assert len(version) == 12


@pytest.mark.parametrize(
    "heard",
    ["", "F0 00 00 66 15 00 F7", "F0 00 00 66 10 00 F7", "F0 00 00 66 14 F7", "90 5F 7F",
     "F0 00 00 66 14 02 58 F7", "F0 00 00 66 14 00", "F0 00 00 66 14 01 58 59 5A F7",
     "F0 00 00 66 14 12 00 41 F7", "F0 00 00 66 14 14 56 F7", "F0 00 00 66 14 03 F7"],
)  # fmt: skip
def test_what_asks_nothing_is_not_answered(heard: str) -> None:
    """Only its own device's questions are answered: a DAW asks for several kinds of surface."""
    assert answer(bytes.fromhex(heard)) is None


@given(data=st.binary(max_size=20).map(lambda body: b"\xf0\x00\x00\x66\x14" + body + b"\xf7"))
def test_any_bytes_are_survived(data: bytes) -> None:
    """Whatever comes is read without an error."""
    answer(data)


def test_serial_of_another_length() -> None:
    """A serial number that does not fit is refused in a sentence."""
    with pytest.raises(ValueError, match="serial number is b'XYZ'; 7 bytes below 128"):
        Online(b"XYZ")
