"""What the name of a recording says: the track, the pass, the moment. Pure, table-driven.

Each DAW has a form of its own. `documented` says where a form was read: in its maker's manual or in
a real project. The others are as people tell them, and are marked as not verified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MINUTE_S = 60.0
_SECOND_S = 1.0


@dataclass(frozen=True, slots=True)
class NameForm:
    """A form that recordings' names have.

    pattern: its groups may be track, track_number, side, playlist, number and moment
    moment:  how `moment` is written, as strptime has it
    first:   the number of a pass whose names have none; None where every name has one
    """

    daw: str
    example: str
    pattern: re.Pattern[str]
    documented: bool
    moment: str = ""
    moment_within_s: float = _SECOND_S
    first: int | None = None


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a name says.

    side:       of split stereo: "L", "R", "a"; empty for a whole track
    pass_key:   what is greater for a later pass, and the same for all tracks of one; empty where not said
    recorded:   the moment on the DAW's own wall clock, None where not said; written as UTC, whatever
                zone that clock stands in
    """

    track: str
    track_number: int | None = None
    side: str = ""
    pass_key: tuple[int, ...] = ()
    recorded: datetime | None = None
    recorded_within_s: float = _SECOND_S


_SIDE = r"(?:[.%](?P<side>[LRa-z]|A\d|Ls|Rs|C|LFE))?"

# The first that fits the most names of a folder is meant; so the more particular stand first.
FORMS: tuple[NameForm, ...] = (
    NameForm(
        "Ableton Live",
        "1-Kick 0003 [2025-11-22 140312]",
        re.compile(
            r"(?P<track_number>\d+)-(?P<track>.*?) ?\d{4} \[(?P<moment>\d{4}-\d\d-\d\d \d{6})\](?:-\d+)?"
        ),
        documented=True,
        moment="%Y-%m-%d %H%M%S",
    ),
    NameForm(
        "REAPER",
        "01-Kick-251122_1403",
        re.compile(
            r"(?P<track_number>\d+)(?:-(?P<track>.+))?-(?P<moment>\d{6}_\d{4})(?:-(?P<number>\d+))?"
        ),
        documented=False,
        moment="%y%m%d_%H%M",
        moment_within_s=_MINUTE_S,
        first=0,
    ),
    NameForm(
        "Nuendo Live",
        "01 - Kick_03",
        re.compile(rf"(?P<track_number>\d+) - (?P<track>.+)_(?P<number>\d+){_SIDE}"),
        documented=True,
    ),
    NameForm(
        "Ardour",
        "Take3_Kick-1",
        re.compile(
            rf"[Tt]ake ?(?P<number>\d+)_(?:(?P<track_number>\d+)_)?(?P<track>.+?)(?:-\d+)?{_SIDE}"
        ),
        documented=True,
    ),
    NameForm(
        "Pro Tools, Cubase or Logic Pro",
        "Kick_03",
        re.compile(
            rf"(?!.*\.(?:dup)?\d+_\d)(?P<track>.+?)_(?P<number>\d+)(?:-\d+)?{_SIDE}",
        ),
        documented=True,
    ),
    NameForm(
        "Pro Tools, with playlists",
        "Kick.dup1_02",
        re.compile(
            rf"(?P<track>.+?)(?:\.(?:dup)?(?P<playlist>\d+))?_(?P<number>\d+)(?:-\d+)?{_SIDE}"
        ),
        documented=False,
    ),
    NameForm(
        "Logic Pro",
        "Kick#03",
        re.compile(rf"(?P<track>.+?) ?#(?P<number>\d+){_SIDE}"),
        documented=False,
    ),
    NameForm(
        "Studio One",
        "Kick(3)",
        re.compile(r"(?P<track>.+?) ?\((?P<number>\d+)\)"),
        documented=False,
        first=1,
    ),
    NameForm(
        "REAPER",
        "01-Kick-003",
        re.compile(r"(?P<track_number>\d+)-(?P<track>.+?)-(?P<number>\d{3})"),
        documented=False,
        first=0,
    ),
    NameForm(
        "Ardour",
        "Kick-3%L",
        re.compile(rf"(?:(?P<track_number>\d+)_)?(?P<track>.+)-(?P<number>\d+){_SIDE}"),
        documented=True,
        first=0,
    ),
)

PLAIN = NameForm("", "Kick", re.compile(rf"(?P<track>.+?){_SIDE}"), documented=True)
"""A name that is the track's, and says nothing of a pass."""


def common_form(stems: Sequence[str]) -> NameForm:
    """Return the form that the most of `stems`, names without their endings, have.

    One that less than half of them have is none: a track may be called "Gtr-2".
    """
    fitting = {form: _fitting(stems, form) for form in FORMS}
    best = max(fitting, key=lambda form: fitting[form], default=PLAIN)
    return best if stems and 2 * fitting[best] >= len(stems) else PLAIN


def _fitting(stems: Sequence[str], form: NameForm) -> int:
    """Return how many names have the form, those of its first pass, which have no number, included."""
    found = [fit for stem in stems if (fit := form.pattern.fullmatch(stem))]
    if form.first is None or form.moment:
        return len(found)
    numbered = {fit["track"] for fit in found}
    return len(found) + sum(stem in numbered for stem in stems)


def parts_of(stem: str, common: NameForm) -> NameParts:
    """Return what `stem` says in the folder's common form, else in its own, else that it is a track."""
    found = _parts_in(stem, common)
    if found is not None:
        return found
    if common is not PLAIN and (common.first is None or common.moment):
        for form in FORMS:
            found = _parts_in(stem, form)
            if found is not None:
                return found
    plain = _parts_in(stem, PLAIN) or NameParts(stem)
    # The first pass of a form that numbers only the later ones.
    first = () if common.first is None or common.moment else (common.first,)
    return replace(plain, pass_key=first)


def _parts_in(stem: str, form: NameForm) -> NameParts | None:
    found = form.pattern.fullmatch(stem)
    if found is None:
        return None
    groups: Mapping[str, str | None] = found.groupdict()
    moment = groups.get("moment")
    try:
        recorded = datetime.strptime(moment, form.moment).replace(tzinfo=UTC) if moment else None
    except ValueError:
        return None  # digits that are no date
    track_number = groups.get("track_number")
    return NameParts(
        track=(groups.get("track") or f"Track {int(track_number or 0)}").strip(),
        track_number=None if track_number is None else int(track_number),
        side=groups.get("side") or "",
        pass_key=_pass_key(groups, form),
        recorded=recorded,
        recorded_within_s=form.moment_within_s,
    )


def _pass_key(groups: Mapping[str, str | None], form: NameForm) -> tuple[int, ...]:
    number = groups.get("number")
    if number is None:
        return () if form.first is None else (form.first,)
    if "playlist" in groups:
        return (int(groups["playlist"] or 0), int(number))
    return (int(number),)
