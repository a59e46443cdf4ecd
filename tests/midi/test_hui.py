from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi import hui
from countoff.midi.hui import (
    DawSaid,
    FromDaw,
    FromSurface,
    Jog,
    Light,
    Ping,
    PingAnswer,
    Press,
    SurfaceSaid,
    Switch,
    SystemReset,
    encode,
)
from countoff.midi.hui_digits import Digit, Digits, decode_digits

# As published: zone and port.
SWITCHES = {
    hui.TALKBACK: "0E 0", hui.REWIND: "0E 1", hui.FAST_FORWARD: "0E 2", hui.STOP: "0E 3",
    hui.PLAY: "0E 4", hui.RECORD: "0E 5", hui.RETURN_TO_ZERO: "0F 0", hui.END: "0F 1",
    hui.ONLINE: "0F 2", hui.LOOP: "0F 3", hui.QUICK_PUNCH: "0F 4", hui.AUDITION: "10 0",
    hui.PRE_ROLL: "10 1", hui.PUNCH_IN: "10 2", hui.PUNCH_OUT: "10 3", hui.POST_ROLL: "10 4",
    hui.ENTER: "14 0", hui.TIME_CODE_LIGHT: "16 0", hui.FEET_LIGHT: "16 1",
    hui.BEATS_LIGHT: "16 2", hui.RUDE_SOLO_LIGHT: "16 3", hui.RECORD_READY[0]: "00 7",
    hui.RECORD_READY[7]: "07 7",
}  # fmt: skip

FROM_SURFACE = {
    Press(hui.PLAY): "B0 0F 0E | B0 2F 44",
    Press(hui.PLAY, is_down=False): "B0 0F 0E | B0 2F 04",
    Press(hui.RECORD): "B0 0F 0E | B0 2F 45",
    Press(hui.STOP): "B0 0F 0E | B0 2F 43",
    PingAnswer(): "90 00 7F",
    SystemReset(): "FF",
    Jog(1): "B0 0D 41",
    Jog(-1): "B0 0D 01",
    Jog(63): "B0 0D 7F",
    Jog(-63): "B0 0D 3F",
}
FROM_DAW = {
    Ping(): "90 00 00",
    Light(hui.RECORD, is_on=True): "B0 0C 0E | B0 2C 45",
    Light(hui.RECORD, is_on=False): "B0 0C 0E | B0 2C 05",
    Light(hui.BEATS_LIGHT, is_on=True): "B0 0C 16 | B0 2C 42",
    Digits((Digit("4"), Digit("0", has_dot=True))): "F0 00 00 66 05 00 11 04 10 F7",
    Digits((Digit("F"), Digit(" "), Digit(" ", has_dot=True))): "F0 00 00 66 05 00 11 0F 20 30 F7",
}

switches = st.builds(Switch, st.integers(0, 127), st.integers(0, 15))
digits = st.builds(Digit, st.sampled_from("0123456789ABCDEF ?"), st.booleans())
surface_said = (
    st.sampled_from([PingAnswer(), SystemReset()])
    | st.builds(Press, switches, st.booleans())
    | st.builds(Jog, st.integers(1, 63) | st.integers(-63, -1))
)
daw_said = (
    st.just(Ping())
    | st.builds(Light, switches, st.booleans())
    | st.builds(Digits, st.lists(digits, min_size=1, max_size=8).map(tuple))
)
garbage = st.lists(
    st.binary(max_size=12)
    | st.builds(bytes, st.tuples(st.just(0xB0), st.integers(0, 255), st.integers(0, 255)))
    | st.binary(max_size=12).map(lambda body: b"\xf0\x00\x00\x66\x05\x00" + body + b"\xf7"),
    max_size=12,
)


def messages(published: str) -> tuple[bytes, ...]:
    """Return the messages that are written with a bar between them."""
    return tuple(bytes.fromhex(message) for message in published.split("|"))


def all_heard(reader: FromDaw | FromSurface, data: tuple[bytes, ...]) -> list[object]:
    """Return what a reader makes of some messages."""
    return [said for message in data if (said := reader.hear(message)) is not None]


@pytest.mark.parametrize(("switch", "published"), SWITCHES.items())
def test_every_switch_has_its_published_place(switch: Switch, published: str) -> None:
    """Zone and port are those of the table, for a press and for a light."""
    zone, port = published.split()
    down, up = f"B0 0F {zone} | B0 2F 4{port}", f"B0 0F {zone} | B0 2F 0{port}"
    assert hui.pressed(switch) == messages(f"{down} | {up}")
    assert all_heard(FromDaw(), messages(f"B0 0C {zone} | B0 2C 4{port}")) == [
        Light(switch, is_on=True)
    ]


@pytest.mark.parametrize(("said", "published"), FROM_SURFACE.items())
def test_what_the_surface_says(said: SurfaceSaid, published: str) -> None:
    """It is said and read as published."""
    assert encode(said) == messages(published)
    assert all_heard(FromSurface(), messages(published)) == [said]


@pytest.mark.parametrize(("said", "published"), FROM_DAW.items())
def test_what_the_daw_says(said: DawSaid, published: str) -> None:
    """It is said and read as published."""
    assert encode(said) == messages(published)
    assert all_heard(FromDaw(), messages(published)) == [said]


@given(several=st.lists(surface_said, max_size=6))
def test_surface_there_and_back(several: list[SurfaceSaid]) -> None:
    """What the surface says, one after the other, is read as it was meant."""
    said = tuple(message for each in several for message in encode(each))
    assert all_heard(FromSurface(), said) == several


@given(several=st.lists(daw_said, max_size=6))
def test_daw_there_and_back(several: list[DawSaid]) -> None:
    """What the DAW says, one after the other, is read as it was meant."""
    said = tuple(message for each in several for message in encode(each))
    assert all_heard(FromDaw(), said) == several


@given(noise=garbage, daw=daw_said, surface=surface_said)
def test_right_again_after_garbage(noise: list[bytes], daw: DawSaid, surface: SurfaceSaid) -> None:
    """Whatever came before, what is said next is read right."""
    from_daw, from_surface = FromDaw(), FromSurface()
    for data in noise:
        from_daw.hear(data)
        from_surface.hear(data)
    assert all_heard(from_daw, encode(daw)) == [daw]
    assert all_heard(from_surface, encode(surface)) == [surface]


def test_third_state_of_a_port_is_ignored() -> None:
    """Pro Tools also sends 2 in a port's upper half: that turns no light on or off."""
    assert all_heard(FromDaw(), messages("B0 0C 0E | B0 2C 25")) == []
    assert all_heard(FromDaw(), messages("B0 0C 0E | B0 2C 65")) == []
    assert all_heard(FromDaw(), messages("B0 0C 0E | B0 2C 15")) == []


def test_zone_that_was_lost_turns_no_other_light() -> None:
    """A port without its zone is nothing, even where a zone was selected before for another."""
    reader = FromDaw()
    assert all_heard(reader, messages("B0 2C 45")) == []
    assert all_heard(reader, messages("B0 0C 0E | B0 2C 04 | B0 2C 45")) == [
        Light(hui.PLAY, is_on=False)
    ]


def test_a_ping_between_zone_and_port() -> None:
    """What comes between the two messages of a light does not part them."""
    said = all_heard(FromDaw(), messages("B0 0C 0E | 90 00 00 | A0 00 05 | B0 2C 45"))
    assert said == [Ping(), Light(hui.RECORD, is_on=True)]


def test_each_direction_has_its_own_numbers() -> None:
    """The surface's own switches, looped back to it, are no lights; nor is a light a switch."""
    assert all_heard(FromDaw(), hui.pressed(hui.RECORD)) == []
    assert all_heard(FromSurface(), encode(Light(hui.RECORD, is_on=True))) == []
    assert FromDaw().hear(bytes.fromhex("90 00 7F")) is None
    assert FromSurface().hear(bytes.fromhex("90 00 00")) is None


def test_ping_as_note_off() -> None:
    """Some systems turn a note of no velocity into note off."""
    assert FromDaw().hear(bytes.fromhex("80 00 00")) == Ping()


@pytest.mark.parametrize(
    "heard",
    ["F0 00 00 66 05 00 11 F7", "F0 00 00 66 05 00 11 00 00 00 00 00 00 00 00 00 F7",
     "F0 00 00 66 05 00 10 04 41 42 43 44 F7", "F0 00 00 66 05 00 F7", "F0 00 00 66 05 00 11 80 F7",
     "F0 00 00 66 05 00 11 04", "F0 00 00 66 14 00 11 04 F7", ""],
)  # fmt: skip
def test_what_tells_no_digits(heard: str) -> None:
    """Other displays, too many digits and fragments are nothing."""
    assert decode_digits(bytes.fromhex(heard)) is None


def test_characters_that_nobody_knows() -> None:
    """They keep their place, and their dot."""
    assert decode_digits(bytes.fromhex("F0 00 00 66 05 00 11 21 3F 40 F7")) == Digits(
        (Digit("?"), Digit("?", has_dot=True), Digit("?"))
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Press(Switch(128, 0)), "zone 128, port 0; zones 0 to 127 and ports 0 to 15"),
        (lambda: Light(Switch(0, 16), is_on=True), "zone 0, port 16"),
        (lambda: Jog(0), "0 steps; 1 to 63"),
        (lambda: Digit("G"), 'cannot show "G"'),
        (lambda: Digit(""), 'cannot show ""'),
        (lambda: Digits(()), "told 0 digits at once; 1 to 8"),
    ],
)
def test_what_cannot_be_said(make: object, sentence: str) -> None:
    """What no byte can say is refused in a sentence."""
    assert callable(make)
    with pytest.raises(ValueError, match=sentence):
        make()
