from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mackie import (
    Button,
    DawSaid,
    Digit,
    Jog,
    Light,
    Press,
    ScreenText,
    Shine,
    SurfaceSaid,
    decode_from_daw,
    decode_from_surface,
    encode,
    exclusive_body,
    pressed,
)

# As published: the note of each button that has a name.
NOTES = {
    Button.MARKER: "54", Button.NUDGE: "55", Button.CYCLE: "56", Button.DROP: "57",
    Button.REPLACE: "58", Button.CLICK: "59", Button.SOLO: "5A", Button.REWIND: "5B",
    Button.FAST_FORWARD: "5C", Button.STOP: "5D", Button.PLAY: "5E", Button.RECORD: "5F",
    Button.CURSOR_UP: "60", Button.CURSOR_DOWN: "61", Button.CURSOR_LEFT: "62",
    Button.CURSOR_RIGHT: "63", Button.ZOOM: "64", Button.SCRUB: "65", Button.USER_A: "66",
    Button.USER_B: "67", Button.F1: "36", Button.F2: "37", Button.F3: "38", Button.F4: "39",
    Button.F5: "3A", Button.F6: "3B", Button.F7: "3C", Button.F8: "3D", Button.SHIFT: "46",
    Button.OPTION: "47", Button.CONTROL: "48", Button.ALT: "49", Button.SAVE: "50",
    Button.UNDO: "51", Button.CANCEL: "52", Button.ENTER: "53", Button.SMPTE_BEATS: "35",
    Button.SMPTE_LIGHT: "71", Button.BEATS_LIGHT: "72", Button.RUDE_SOLO_LIGHT: "73",
}  # fmt: skip

FROM_SURFACE = {
    Press(Button.RECORD): "90 5F 7F",
    Press(Button.RECORD, is_down=False): "90 5F 00",
    Press(0x07): "90 07 7F",
    Press(0x70, is_down=False): "90 70 00",
    Jog(1): "B0 3C 01",
    Jog(-1): "B0 3C 41",
    Jog(63): "B0 3C 3F",
    Jog(-63): "B0 3C 7F",
}

FROM_DAW = {
    Light(Button.RECORD, Shine.OFF): "90 5F 00",
    Light(Button.RECORD, Shine.BLINKING): "90 5F 01",
    Light(Button.RECORD, Shine.ON): "90 5F 7F",
    Light(0x00, Shine.ON): "90 00 7F",
    Digit(0, "7"): "B0 40 37",
    Digit(9, "0"): "B0 49 30",
    Digit(3, "5", has_dot=True): "B0 43 75",
    Digit(4, " "): "B0 44 20",
    Digit(1, "A"): "B0 41 01",
    Digit(2, "Z", has_dot=True): "B0 42 5A",
    Digit(2, "-"): "B0 42 2D",
    ScreenText(56, "Take 4"): "F0 00 00 66 14 12 38 54 61 6B 65 20 34 F7",
    ScreenText(0, ""): "F0 00 00 66 14 12 00 F7",
}

shown = "".join(map(chr, range(0x20, 0x60))).replace("@", "")
surface_said = st.builds(Press, st.integers(0, 127), st.booleans()) | st.builds(
    Jog, st.integers(1, 63) | st.integers(-63, -1)
)
daw_said = (
    st.builds(Light, st.integers(0, 127), st.sampled_from(Shine))
    | st.builds(Digit, st.integers(0, 9), st.sampled_from(shown), st.booleans())
    | st.builds(
        ScreenText, st.integers(0, 111), st.text(st.characters(max_codepoint=127), max_size=112)
    )
)
garbage = st.binary(max_size=24) | st.binary(max_size=20).map(
    lambda body: b"\xf0\x00\x00\x66\x14" + body + b"\xf7"
)


@pytest.mark.parametrize("button", Button)
def test_every_button_has_its_published_note(button: Button) -> None:
    """Both of its moves, and its light, are the bytes of the table."""
    note = NOTES[button]
    assert pressed(button) == (bytes.fromhex(f"90 {note} 7F"), bytes.fromhex(f"90 {note} 00"))
    assert decode_from_surface(bytes.fromhex(f"90 {note} 7F")) == Press(button)
    assert decode_from_daw(bytes.fromhex(f"90 {note} 7F")) == Light(button, Shine.ON)


@pytest.mark.parametrize(("said", "published"), FROM_SURFACE.items())
def test_what_the_surface_says(said: SurfaceSaid, published: str) -> None:
    """Buttons and wheel are said and read as published."""
    assert encode(said) == bytes.fromhex(published)
    assert decode_from_surface(bytes.fromhex(published)) == said


@pytest.mark.parametrize(("said", "published"), FROM_DAW.items())
def test_what_the_daw_says(said: DawSaid, published: str) -> None:
    """Lights, digits and text are said and read as published."""
    assert encode(said) == bytes.fromhex(published)
    assert decode_from_daw(bytes.fromhex(published)) == said


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("80 5F 00", Light(Button.RECORD, Shine.OFF)),
        ("80 5F 40", Light(Button.RECORD, Shine.OFF)),
        ("90 5F 40", Light(Button.RECORD, Shine.BLINKING)),
        ("90 5F 02", Light(Button.RECORD, Shine.BLINKING)),
        ("90 5F 7E", Light(Button.RECORD, Shine.BLINKING)),
        ("BF 42 33", Digit(2, "3")),
        ("B0 42 00", Digit(2, " ")),
        ("B0 42 40", Digit(2, " ", has_dot=True)),
    ],
)
def test_how_some_daws_say_it(heard: str, said: DawSaid) -> None:
    """Note off is a light that is off, a value between is never steady, channel 16 has digits."""
    assert decode_from_daw(bytes.fromhex(heard)) == said


@pytest.mark.parametrize(
    "heard",
    ["", "90", "90 5F", "90 5F 7F 00", "90 5F 80", "91 5F 7F", "B1 40 30", "B0 4A 30", "B0 3F 30",
     "F0 00 00 66 15 12 00 41 F7", "F0 00 00 66 14 12 F7", "F0 00 00 66 14 12 70 41 F7",
     "F0 00 00 66 14 12 00 80 F7", "F0 00 00 66 14 12 00 41", "F0 00 00 66 14 F7",
     "F0 00 00 67 14 12 00 41 F7", "D0 13", "E0 00 40", "F8"],
)  # fmt: skip
def test_what_the_daw_does_not_say(heard: str) -> None:
    """Meters, faders, other surfaces, other makers and fragments are nothing."""
    assert decode_from_daw(bytes.fromhex(heard)) is None


@pytest.mark.parametrize("heard", ["", "B0 3C 00", "B0 3C 40", "B0 10 01", "90 5F", "E0 00 40"])
def test_what_the_surface_does_not_say(heard: str) -> None:
    """A wheel that does not turn, knobs, faders and fragments are nothing."""
    assert decode_from_surface(bytes.fromhex(heard)) is None


@given(said=surface_said)
def test_surface_there_and_back(said: SurfaceSaid) -> None:
    """What the surface says is read as it was meant."""
    assert decode_from_surface(encode(said)) == said


@given(said=daw_said, device_id=st.integers(0, 127))
def test_daw_there_and_back(said: DawSaid, device_id: int) -> None:
    """What the DAW says is read as it was meant, by the device that it was said to."""
    data = encode(said, device_id)
    assert decode_from_daw(data, device_id) == said
    if isinstance(said, ScreenText):
        assert decode_from_daw(data, (device_id + 1) % 128) is None


@given(data=garbage)
def test_any_bytes_are_survived(data: bytes) -> None:
    """Whatever comes is read without an error, and what is read has bytes of its own."""
    if (daw := decode_from_daw(data)) is not None:
        assert decode_from_daw(encode(daw)) == daw
    if (surface := decode_from_surface(data)) is not None:
        assert decode_from_surface(encode(surface)) == surface
    exclusive_body(data)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Press(128), "button's note is 128; 0 to 127"),
        (lambda: Light(-1, Shine.ON), "light's note is -1; 0 to 127"),
        (lambda: Jog(0), "turn of the wheel is 0; 1 to 63"),
        (lambda: Jog(-64), "turn of the wheel is 64; 1 to 63"),
        (lambda: Digit(10, "0"), "digit's place is 10; 0 to 9"),
        (lambda: Digit(0, "é"), 'cannot show "é"'),
        (lambda: Digit(0, "@"), 'cannot show "@"'),
        (lambda: Digit(0, "10"), 'cannot show "10"'),
        (lambda: ScreenText(112, "a"), "position on the screen is 112; 0 to 111"),
        (lambda: ScreenText(0, "Müller"), 'plain ASCII only; "Müller" is not'),
        (lambda: encode(ScreenText(0, "a"), 128), "a device is 128; 0 to 127"),
    ],
)
def test_what_cannot_be_said(make: object, sentence: str) -> None:
    """What no byte can say is refused in a sentence."""
    assert callable(make)
    with pytest.raises(ValueError, match=sentence):
        make()
