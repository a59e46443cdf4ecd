from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.midi.attention import Attention, Sieve

MS = 1_000_000
RECORD_ON, RECORD_OFF = bytes.fromhex("90 5F 7F"), bytes.fromhex("90 5F 00")
NOTE_OFF = bytes.fromhex("80 5F 40")
METER, PULSE, SENSING = bytes.fromhex("D0 01"), b"\xf8", b"\xfe"
ZONE, PORT = bytes.fromhex("B0 0C 0E"), bytes.fromhex("B0 2C 45")
LIGHTS = Attention(states=(RECORD_ON[:2],), words=(ZONE[:2], PORT[:2], b"\xf0\x00"))


def test_without_attention_everything_passes() -> None:
    """Who wants to hear a foot controller names nothing."""
    sieve = Sieve(Attention())
    assert all(sieve.lets_through(0, data) for data in (METER, PULSE, RECORD_ON, RECORD_ON))
    assert not sieve.lets_through(0, b"")


def test_words_always_pass() -> None:
    """Of a zone and its port each counts, though it is the same as the last one."""
    sieve = Sieve(LIGHTS)
    assert all(sieve.lets_through(0, data) for data in (ZONE, PORT, ZONE, PORT))


def test_a_light_passes_where_it_changes() -> None:
    """On, on again at once, off in both ways of saying it, on."""
    sieve = Sieve(LIGHTS)
    told = (RECORD_ON, RECORD_ON, NOTE_OFF, RECORD_OFF, RECORD_ON)
    assert [sieve.lets_through(9, data) for data in told] == [True, False, True, False, True]


def test_a_light_that_is_told_again_later_passes() -> None:
    """A DAW says again how it is after a tenth of a second; at once where something was lost."""
    sieve = Sieve(LIGHTS)
    assert sieve.lets_through(0, RECORD_ON)
    assert not sieve.lets_through(99 * MS, RECORD_ON)
    assert sieve.lets_through(100 * MS, RECORD_ON)
    sieve.forget()
    assert sieve.lets_through(101 * MS, RECORD_ON)


def test_the_rest_shows_life() -> None:
    """Ten times a second where nothing else has passed; a clock and a sensing cable never do."""
    sieve = Sieve(LIGHTS)
    assert [at_ms for at_ms in range(300) if sieve.lets_through(at_ms * MS, METER)] == [0, 100, 200]
    assert not sieve.lets_through(900 * MS, PULSE)
    assert not sieve.lets_through(900 * MS, SENSING)
    assert sieve.lets_through(900 * MS, ZONE)
    assert not sieve.lets_through(950 * MS, METER)


@settings(max_examples=60)
@given(
    told=st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from((RECORD_ON, RECORD_OFF, NOTE_OFF, METER)))
    )
)
def test_no_flood_hides_how_a_light_is(told: list[tuple[int, bytes]]) -> None:
    """Whatever is told, and how fast: who hears what passes knows each change, and the last state."""
    sieve = Sieve(LIGHTS)
    now_ns, is_on, heard = 0, None, None
    for after_ms, data in told:
        now_ns += after_ms * MS
        if data is not METER:
            is_on = data is RECORD_ON
        if sieve.lets_through(now_ns, data) and data is not METER:
            heard = data is RECORD_ON
        assert heard is is_on
