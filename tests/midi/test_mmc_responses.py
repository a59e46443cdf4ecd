from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi import mmc
from countoff.midi.mmc_responses import SELECTED_TIME_CODE, Response, decode, encode
from countoff.midi.timecode import Rate, TimeCode


def seven_bits(least: int, most: int) -> st.SearchStrategy[bytes]:
    """Return bytes that may lie in a message."""
    return st.lists(st.integers(0, 127), min_size=least, max_size=most).map(bytes)


devices = st.integers(0, 127)
responses = (
    st.builds(Response, st.integers(0x01, 0x1F), seven_bits(5, 5), devices)
    | st.builds(Response, st.integers(0x20, 0x3F), seven_bits(2, 2), devices)
    | st.builds(Response, st.integers(0x40, 0x77), seven_bits(0, 20), devices)
    | st.builds(Response, st.integers(0x78, 0x7F), st.just(b""), devices)
)


@pytest.mark.parametrize(
    ("response", "written"),
    [
        (
            Response(SELECTED_TIME_CODE, TimeCode(1, 2, 3, 4, Rate.FPS_25, 5).five_bytes, 9),
            "F0 7F 09 07 01 21 02 03 04 05 F7",
        ),
        (Response(0x21, b"\x04\x05"), "F0 7F 7F 07 21 04 05 F7"),
        (Response(0x4D, b"\x01"), "F0 7F 7F 07 4D 01 01 F7"),
        (Response(0x48, b"\x01\x00\x00", 0), "F0 7F 00 07 48 03 01 00 00 F7"),
        (Response(0x7F, b""), "F0 7F 7F 07 7F F7"),
    ],
)
def test_bytes(response: Response, written: str) -> None:
    """Places have five bytes, short ones two, other fields as many as a count says."""
    assert encode(response) == bytes.fromhex(written)
    assert decode(bytes.fromhex(written)) == (response,)


@given(several=st.lists(responses, min_size=1, max_size=5), device_id=devices)
def test_several_in_one_message(several: list[Response], device_id: int) -> None:
    """Fields that share a message are all read, in order, and what is said is read as meant."""
    for response in several:
        assert decode(encode(response)) == (response,)
    body = b"".join(encode(response)[4:-1] for response in several)
    message = b"\xf0\x7f" + bytes((device_id,)) + b"\x07" + body + b"\xf7"
    assert decode(message) == tuple(
        Response(response.field, response.data, device_id) for response in several
    )


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("01 21 02 03 04 05", TimeCode(1, 2, 3, 4, Rate.FPS_25, 5)),
        ("01 21 02 03 24 05", TimeCode(1, 2, 3, 4, Rate.FPS_25)),  # the last byte is a status
        ("01 21 02 03 44 05", None),  # before midnight
        ("01 21 02 03 1F 05", None),  # no such frame
        ("48 05 21 02 03 04 05", None),  # no place
        ("21 04 05", None),
    ],
)
def test_places(message: str, place: TimeCode | None) -> None:
    """A field that is a place tells it, without what is no part of it."""
    (response,) = decode(b"\xf0\x7f\x7f\x07" + bytes.fromhex(message) + b"\xf7")
    assert response.place == place


@pytest.mark.parametrize(
    "message",
    ["F0 7F 7F 06 01 F7", "F0 7F 7F 07 F7", "F0 7F 7F 07 01 21 02 F7", "F0 7F 7F 07 4D F7", "",
     "F0 7F 7F 07 4D 02 01 F7", "F0 7F 7F 07 00 01 F7", "F0 7F 80 07 7F F7", "F0 7F 7F 07 7F",
     "F0 7F 7F 07 4D 01 80 F7", "F8"],
)  # fmt: skip
def test_what_is_no_answer(message: str) -> None:
    """Commands, fragments and unknown numbers are nothing; nor is an answer a command."""
    assert decode(bytes.fromhex(message)) == ()


@given(response=responses)
def test_an_answer_is_no_command(response: Response) -> None:
    """What a machine answers is never taken for what it is told."""
    assert mmc.decode(encode(response)) == ()


@given(body=st.binary(max_size=40))
def test_any_bytes_are_survived(body: bytes) -> None:
    """Whatever comes is read without an error, places too."""
    for message in (body, b"\xf0\x7f\x10\x07" + body + b"\xf7"):
        for response in decode(message):
            assert response.place is None or response.field < 0x20


@pytest.mark.parametrize(
    ("field", "data", "sentence"),
    [
        (0, b"\x00\x00\x00\x00\x00", "field 0 of device 127 is none"),
        (128, b"", "field 128 of device 127 is none"),
        (1, b"\x01", "5 bytes below 128"),
        (0x4D, b"\x80", "up to 127 bytes below 128"),
        (0x7F, b"\x01", "0 bytes below 128"),
    ],
)
def test_what_cannot_be_said(field: int, data: bytes, sentence: str) -> None:
    """What no byte can say is refused in a sentence."""
    with pytest.raises(ValueError, match=sentence):
        Response(field, data)
