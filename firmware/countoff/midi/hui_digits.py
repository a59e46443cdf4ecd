"""HUI: what its time display is told, as bytes and back. Pure.

The characters come from the right, as many as have changed; a dot may follow each.
"""

from __future__ import annotations

from dataclasses import dataclass

DISPLAY_DIGITS = 8

_HEAD = bytes((0xF0, 0x00, 0x00, 0x66, 0x05, 0x00))
_TIME_DISPLAY = 0x11
_END = 0xF7
_GLYPHS = "0123456789ABCDEF"
_BLANK = 0x20
_DOT = 0x10


@dataclass(frozen=True, slots=True)
class Digit:
    """One character of the time display, 0 to 9, A to F, or a blank; a dot may follow it."""

    character: str
    has_dot: bool = False

    def __post_init__(self) -> None:
        if len(self.character) != 1 or self.character not in _GLYPHS + " ?":
            raise ValueError(
                f'HUI: a time display cannot show "{self.character}"; 0 to 9, A to F, a blank, and'
                " ? for what nobody knows, are allowed."
            )


@dataclass(frozen=True, slots=True)
class Digits:
    """The DAW: the right-most characters of the time display, the right-most first."""

    from_the_right: tuple[Digit, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.from_the_right) <= DISPLAY_DIGITS:
            raise ValueError(
                f"HUI: a time display is told {len(self.from_the_right)} digits at once;"
                f" 1 to {DISPLAY_DIGITS} is allowed."
            )


def encode_digits(digits: Digits) -> bytes:
    """Return the message that tells `digits`."""
    codes = bytes(_code(digit) for digit in digits.from_the_right)
    return _HEAD + bytes((_TIME_DISPLAY,)) + codes + bytes((_END,))


def decode_digits(data: bytes) -> Digits | None:
    """Return the digits that a message tells, or None where it tells none."""
    body = data[len(_HEAD) : -1]
    if not data.startswith(_HEAD) or data[-1] != _END or not body.isascii():
        return None
    if not 2 <= len(body) <= 1 + DISPLAY_DIGITS or body[0] != _TIME_DISPLAY:
        return None
    return Digits(tuple(_digit(code) for code in body[1:]))


def _code(digit: Digit) -> int:
    if digit.character == "?":
        code = _BLANK + 1
    else:
        code = _BLANK if digit.character == " " else _GLYPHS.index(digit.character)
    return code | (_DOT if digit.has_dot else 0)


def _digit(code: int) -> Digit:
    glyph, has_dot = code & ~_DOT, bool(code & _DOT)
    if glyph < len(_GLYPHS):
        return Digit(_GLYPHS[glyph], has_dot)
    return Digit(" " if glyph == _BLANK else "?", has_dot)
