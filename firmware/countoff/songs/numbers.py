"""Numbers of a song file, exactly as they are written. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from fractions import Fraction

# Beyond this no number of a song has a meaning, and an exact one could fill the memory.
_MOST = Decimal(10) ** 9
_LEAST_STEP = -60
_MOST_PLACES = 12

FRACTION = r"\d{1,60}(?:\.\d{1,60})?(?:\s*/\s*\d{1,60})?"
_FRACTION = re.compile(FRACTION)


def exact_decimal(text: str) -> Decimal:
    """Return a number of a TOML file; one that no computer can hold is not a number."""
    try:
        return Decimal(text)
    except DecimalException:
        return Decimal("NaN")


def whole_number(value: object) -> int | None:
    """Return `value` where it is a whole number, written as one."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def exact_number(value: object) -> Fraction | None:
    """Return the exact value of a number, or of a text such as "92.5" or "1000000/7"."""
    if isinstance(value, str):
        return _exact_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < _LEAST_STEP:
            return None
    return Fraction(value) if -_MOST <= value <= _MOST else None


def _exact_text(text: str) -> Fraction | None:
    if _FRACTION.fullmatch(text.strip()) is None:
        return None
    above, _, below = text.partition("/")
    divisor = Fraction(below.strip() or 1)
    return Fraction(above.strip()) / divisor if divisor else None


def decimal_text(value: Fraction) -> str | None:
    """Write `value` as a decimal number, or return None where it is none of a sensible length."""
    for places in range(_MOST_PLACES + 1):
        scaled = value * 10**places
        if scaled.denominator == 1:
            text = f"{scaled.numerator:0{places + 1}d}"
            return f"{text[:-places]}.{text[-places:]}" if places else text
    return None


def number_text(value: Fraction) -> str:
    """Write `value` so that it is read as exactly that: 92.5, or 1000000/7."""
    return decimal_text(value) or f"{value.numerator}/{value.denominator}"
