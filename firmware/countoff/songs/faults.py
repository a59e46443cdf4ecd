"""A key of a song file under examination, and the faults that are found there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.config.fitting import Misfit, dotted
from countoff.config.problems import either, quoted
from countoff.core.nearest import nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countoff.config.tables import KeyPath

_KEYS_OF_A_SECTION = 2
"""`section`, and its number: the heading of a sentence says this by the section's name."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the file something is read. Every spot of a file has the same list of `faults`.

    `heading` opens each sentence: the name of the section, empty for the song as a whole.
    """

    faults: list[Misfit]
    key: KeyPath = ()
    heading: str = ""

    def at(self, *parts: str | int) -> Spot:
        """Return the spot of a key within this one; numbers count from 0."""
        return Spot(self.faults, (*self.key, *parts), self.heading)

    @property
    def name(self) -> str:
        """The key as the sentence names it: `tempo[3].from`."""
        return dotted(self.key[_KEYS_OF_A_SECTION:] if self.heading else self.key)

    def wrong(self, value: object, allowed: str, guess: str = "") -> None:
        """Note that the value here is not one that is allowed."""
        self.say(f"{self.name} = {quoted(value)} is not allowed; it must be {allowed}.{guess}")

    def missing(self, what: str) -> None:
        """Note that this key is not there; `what` says what to write."""
        self.say(f"{self.name} is missing: {what}.", is_missing=True)

    def say(self, sentence: str, *, is_missing: bool = False) -> None:
        """Note a fault here, with a sentence of its own."""
        text = f"{self.heading}: {sentence}" if self.heading else sentence
        self.faults.append(Misfit(self.key, "missing" if is_missing else "wrong", text))

    def unknown(
        self, value: object, known: Iterable[str], advice: str = "", *, is_harmless: bool = True
    ) -> None:
        """Note a key that nobody knows; `advice` stands instead of the nearest known word.

        It costs nothing but itself, unless what it means cannot be done without.
        """
        name, words = str(self.key[-1]), list(known)
        guess = advice or nearest_word(name.lower(), words) or f" Known: {', '.join(words)}."
        sentence = f"{self.name} = {quoted(value)}: there is no key {name} here.{guess}"
        text = f"{self.heading}: {sentence}" if self.heading else sentence
        self.faults.append(Misfit(self.key, "unknown" if is_harmless else "wrong", text))

    def fields(self, value: object, known: Iterable[str], allowed: str) -> dict[str, object] | None:
        """Return the table that stands here, or None where it is none.

        A key in it that is not `known` is wrong: nobody can say what was meant.
        """
        if not isinstance(value, dict):
            self.wrong(value, allowed)
            return None
        words = list(known)
        for name in value:
            if name not in words:
                guess = nearest_word(str(name).lower(), words) or f" Known: {either(words)}."
                self.at(str(name)).say(f"{self.name} has no key {name}.{guess}")
        return value
