"""In which order the written sections are played, and what each pass is called. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.config.problems import quoted
from countoff.core.nearest import nearest_word
from countoff.songs.values import MOST_CHARACTERS, MOST_REPEATS, times_in
from countoff.songs.written import SECTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.songs.faults import Spot
    from countoff.songs.written import SongWritten

MOST_SECTIONS: Final = 500

# What the passes of a section are called, tried in this order until no other section is called so.
_PASS_NAMES: Final = ("{name} {number}", "{name} ({number})", "{name}, pass {number}")
_NAMELESS: Final = "Pass"


class Played(NamedTuple):
    """One section as it is played: the number of the one written, from 0, and its name."""

    written: int
    name: str


def in_playing_order(written: SongWritten) -> list[Played] | None:
    """Return what is played, section by section, or None where there is a fault, which is told."""
    faults_before = len(written.spot.faults)
    sections = written.sections
    if not sections:
        if written.form is not None:
            _form_without_sections(written.spot.at("form"), written.form)
            return None
        return [Played(0, "")]
    order: list[int] = []
    if "form" in written.faulty:
        return None
    if written.form is None:
        order = [index for index, each in enumerate(sections) for _ in range(each.repeat or 1)]
    else:
        _judge_names(written)
        for number, item in enumerate(written.form):
            index, times = _named_in_form(item, number, written)
            if index is not None:
                order += [index] * (times * (sections[index].repeat or 1))
    if len(order) > MOST_SECTIONS:
        written.spot.at("form" if written.form else SECTION).say(
            f"The song has {len(order)} sections as it is played; at most {MOST_SECTIONS} are allowed."
        )
    _judge_open_ends(written, order)
    if len(written.spot.faults) > faults_before:
        return None
    names = pass_names([sections[index].name or "" for index in order])
    return [Played(index, name) for index, name in zip(order, names, strict=True)]


def pass_names(names: Sequence[str]) -> list[str]:
    """Return `names` with those that come more than once numbered: Verse 1, Verse 2."""
    counts = Counter(names)
    taken = {name for name, count in counts.items() if count == 1}
    numbered: dict[str, list[str]] = {}
    for name, count in counts.items():
        if count > 1:
            numbered[name] = _numbered(name or _NAMELESS, count, taken)
            taken.update(numbered[name])
    passes = Counter[str]()
    result = []
    for name in names:
        result.append(numbered[name][passes[name]] if name in numbered else name)
        passes[name] += 1
    return result


def _numbered(name: str, count: int, taken: set[str]) -> list[str]:
    form, dashes = 0, ""
    while True:
        pattern = _PASS_NAMES[form] if form < len(_PASS_NAMES) else _PASS_NAMES[0]
        dashes = "-" * max(form - len(_PASS_NAMES) + 1, 0)
        numbers = [
            pattern.format(name="", number=f"{dashes}{number}") for number in range(1, count + 1)
        ]
        result = [name[: MOST_CHARACTERS - len(number)].rstrip() + number for number in numbers]
        if not taken.intersection(result) and len(set(result)) == count:
            return result
        form += 1


def _named_in_form(item: str, number: int, written: SongWritten) -> tuple[int | None, int]:
    names = [section.name for section in written.sections]
    name, times = (item, 1) if item in names else times_in(item.strip())
    spot = written.spot.at("form")
    if name not in names:
        known = [known for known in names if known is not None]
        # A section with a faulty name may be the one that is meant.
        if len(known) == len(names):
            guess = nearest_word(name, known) or f" Known: {', '.join(known)}."
            spot.say(
                f"form names {quoted(item)} as number {number + 1}, but no section is called so."
                f"{guess}"
            )
        return None, 1
    if not 1 <= times <= MOST_REPEATS:
        spot.say(
            f"form has {quoted(item)}; a section is played 1 to {MOST_REPEATS} times in a row."
        )
        return None, 1
    return names.index(name), times


def _judge_names(written: SongWritten) -> None:
    names = [section.name for section in written.sections if section.name is not None]
    for name, count in Counter(names).items():
        if count > 1 and any(times_in(item)[0] == name for item in written.form or ()):
            written.spot.at("form").say(
                f"form names {quoted(name)}, and {count} sections are called so: give each a name of"
                " its own."
            )


def _form_without_sections(spot: Spot, form: tuple[str, ...]) -> None:
    spot.say(
        f"form = {quoted(list(form))} is not allowed in a song without sections: write a [[section]]"
        " for each name."
    )


def _judge_open_ends(written: SongWritten, order: list[int]) -> None:
    """Only what is played last may have no length."""
    told = set()
    for index in order[:-1]:
        section = written.sections[index]
        if section.bars is None and "bars" not in section.faulty and index not in told:
            told.add(index)
            if (section.repeat or 1) == 1 or written.form is not None:
                section.spot.at("bars").missing(
                    "how many bars it has, such as bars = 16; only what is played last may roll until"
                    " it is stopped"
                )
