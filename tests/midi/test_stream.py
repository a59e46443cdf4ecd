from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from countoff.midi.stream import LONGEST_EXCLUSIVE, MessageStream

seven_bits = st.integers(0, 127)
realtime = st.integers(0xF8, 0xFF).map(lambda byte: bytes((byte,)))


def of_length(statuses: st.SearchStrategy[int], data_bytes: int) -> st.SearchStrategy[bytes]:
    """Return messages of a status and so many data bytes."""
    data = st.lists(seven_bits, min_size=data_bytes, max_size=data_bytes)
    return st.builds(lambda status, rest: bytes((status, *rest)), statuses, data)


channel = of_length(
    st.integers(0x80, 0xBF) | st.integers(0xE0, 0xEF), 2
) | of_length(st.integers(0xC0, 0xDF), 1)  # fmt: skip
common = (
    of_length(st.sampled_from([0xF1, 0xF3]), 1)
    | of_length(st.just(0xF2), 2)
    | of_length(st.just(0xF6), 0)
)
exclusive = st.lists(seven_bits, max_size=30).map(lambda body: bytes((0xF0, *body, 0xF7)))
messages = channel | common | exclusive | realtime


def heard(*chunks: bytes) -> list[bytes]:
    """Return the messages in some chunks."""
    stream = MessageStream()
    return [message for chunk in chunks for _, message in stream.feed(0, chunk)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("90 5F 7F", ["90 5F 7F"]),
        ("B0 0C 0E 2C 45", ["B0 0C 0E", "B0 2C 45"]),
        ("B0 0C 0E 2C 45 90 00 00", ["B0 0C 0E", "B0 2C 45", "90 00 00"]),
        ("90 F8 5F FE 7F", ["F8", "FE", "90 5F 7F"]),
        ("90 5F 7F F8 5F 00", ["90 5F 7F", "F8", "90 5F 00"]),
        ("F0 7F F8 7F 06 01 F7", ["F8", "F0 7F 7F 06 01 F7"]),
        ("F0 7F 7F 06 90 5F 7F", ["90 5F 7F"]),
        ("F0 7F 7F F0 7F 7F 06 01 F7", ["F0 7F 7F 06 01 F7"]),
        ("90 5F F0 7F 7F 06 01 F7 7F", ["F0 7F 7F 06 01 F7"]),
        ("90 5F 90 5E 7F", ["90 5E 7F"]),
        ("90 5F 7F F1 23 5E 7F", ["90 5F 7F", "F1 23"]),
        ("F1 23 F1 34 45", ["F1 23", "F1 34"]),
        ("F2 01 02 F6 F3 04", ["F2 01 02", "F6", "F3 04"]),
        ("F4 01 F5 02 F7 03 D0 12 23", ["D0 12", "D0 23"]),
        ("00 7F 45 90 5F 7F", ["90 5F 7F"]),
        ("F0 F7", ["F0 F7"]),
        ("FA F8 F8 FC", ["FA", "F8", "F8", "FC"]),
    ],
)
def test_what_the_standard_says(data: str, expected: list[str]) -> None:
    """Running status, real time inside others, and messages that were cut short."""
    whole = bytes.fromhex(data)
    assert [message.hex(" ").upper() for message in heard(whole)] == expected
    one_by_one = [bytes((byte,)) for byte in whole]
    assert [message.hex(" ").upper() for message in heard(*one_by_one)] == expected


def test_a_message_came_when_its_last_byte_did() -> None:
    """Each message has the moment of the chunk that completed it."""
    stream = MessageStream()
    assert stream.feed(10, b"\x90\x5f\x7f\x5e") == [(10, b"\x90\x5f\x7f")]
    assert stream.feed(20, b"\xf8") == [(20, b"\xf8")]
    assert stream.feed(30, b"\x7f\xf0\x01") == [(30, b"\x90\x5e\x7f")]
    assert stream.feed(40, b"\xf7") == [(40, b"\xf0\x01\xf7")]


@given(said=st.lists(messages, max_size=12), data=st.data())
def test_whatever_is_said_is_heard(said: list[bytes], data: st.DataObject) -> None:
    """With running status, cut anywhere, with real time anywhere: the same messages, in order."""
    cable = bytearray()
    running = -1
    for message in said:
        if message[0] < 0xF0:
            is_running = message[0] == running and data.draw(st.booleans())
            cable += message[1:] if is_running else message
            running = message[0]
        else:
            cable += message
            running = running if message[0] >= 0xF8 else -1
    for place in data.draw(st.lists(st.integers(0, len(cable)), max_size=6)):
        cable.insert(place, data.draw(st.integers(0xF8, 0xFF)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(cable)), max_size=6)))
    edges = [0, *cuts, len(cable)]
    chunks = [bytes(cable[start:end]) for start, end in pairwise(edges)]

    got = heard(*chunks)

    assert [message for message in got if message[0] < 0xF8] == [
        message for message in said if message[0] < 0xF8
    ]
    assert [message[0] for message in got if message[0] >= 0xF8] == [
        byte for byte in cable if byte >= 0xF8
    ]


@given(noise=st.binary(max_size=60), said=channel | common | exclusive)
@example(noise=b"\xf0\x00\x00\x66", said=b"\x90\x5f\x7f")
def test_right_again_after_garbage(noise: bytes, said: bytes) -> None:
    """Whatever came before, a message that begins with its status is heard whole, and last."""
    assert heard(noise, said)[-1] == said


@given(noise=st.binary(max_size=200))
def test_only_whole_messages_are_heard(noise: bytes) -> None:
    """Whatever comes, what is heard is what a decoder expects: a status, then data of its length."""
    for message in heard(noise):
        status, data = message[0], message[1:]
        if status == 0xF0:
            assert data[-1] == 0xF7
            assert data[:-1].isascii()
            continue
        expected = (
            {0xF1: 1, 0xF2: 2, 0xF3: 1}.get(status, 0)
            if status >= 0xF0
            else (1 if 0xC0 <= status <= 0xDF else 2)
        )
        assert status >= 0x80
        assert len(data) == expected
        assert data.isascii()


def test_endless_exclusive() -> None:
    """What is too long is dropped whole, and its end is not taken for another one's."""
    longest = b"\xf0" + bytes(LONGEST_EXCLUSIVE - 1) + b"\xf7"
    assert heard(longest) == [longest]
    assert heard(b"\xf0" + bytes(LONGEST_EXCLUSIVE) + b"\xf7\x90\x5f\x7f") == [b"\x90\x5f\x7f"]
    stream = MessageStream()
    for _ in range(100):
        assert stream.feed(0, b"\xf0" + bytes(5000)) == []
    assert stream.feed(0, b"\xf7") == []


def test_forgotten_with_its_cable() -> None:
    """What was begun before the cable was pulled is not completed by what comes after."""
    stream = MessageStream()
    stream.feed(0, b"\x90\x5f")
    stream.forget()
    assert stream.feed(1, b"\x7f\xf7\x5e\x7f") == []
    assert stream.feed(2, b"\x90\x5e\x7f") == [(2, b"\x90\x5e\x7f")]
