"""What the panel says: lights, actions, parts and takes in the words of the room. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from countoff.core.events import Part, PartState
from countoff.core.session.pedals import Do
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_NS_PER_MINUTE: Final = 60_000_000_000


class LightWords(NamedTuple):
    """A light's name and what it means."""

    name: str
    meaning: str


LIGHTS: Final[dict[TallyLight, LightWords]] = {
    TallyLight.OFF: LightWords("OFF", "Nothing is being recorded by the box."),
    TallyLight.ARMED: LightWords("ARMED", "The DAW is armed; it does not record yet."),
    TallyLight.COUNT_IN: LightWords("COUNT-IN", "The DAW was told to record; bar 1 is to come."),
    TallyLight.RECORDING: LightWords("RECORDING", "The DAW says that it records."),
    TallyLight.ANSWER_MISSING: LightWords(
        "NO ANSWER", "The DAW was told to record and has not said that it does."
    ),
    TallyLight.CANNOT_ANSWER: LightWords(
        "CANNOT ANSWER", "The DAW was told to record; it cannot say so."
    ),
    TallyLight.DAW_LOST: LightWords(
        "DAW LOST", "The DAW is out of reach: whether it records is not known."
    ),
    TallyLight.FAULT: LightWords("FAULT", "A part of the box does not work."),
    TallyLight.LINE_CHECK: LightWords(
        "LINE CHECK", "It swells and fades, so that somebody sees whether it works."
    ),
}
NO_CONTACT: Final = LightWords("NO CONTACT", "What its light shows now is not known.")
WAITING: Final = LightWords("WAITING", "No box answers yet; `countoff run` starts one.")

ACTIONS: Final[dict[Do, str]] = {
    Do.NOTHING: "",
    Do.START: "start take",
    Do.NEXT_TAKE: "next take",
    Do.REHEARSE: "rehearse",
    Do.CANCEL: "cancel",
    Do.START_OVER: "start over",
    Do.HINT_HOLD: "needs a hold",
    Do.FALSE_START: "false start",
    Do.END_AT_BAR: "end at bar",
    Do.STOP: "stop now",
    Do.KEEPER: "keeper",
    Do.FIX_HERE: "fix here",
    Do.NO_GOOD: "no good",
    Do.MARKER: "marker",
    Do.NAME_NEXT_SONG: "name next",
    Do.NEXT_SONG: "next song",
    Do.PREVIOUS_SONG: "last song",
    Do.NEXT_SECTION: "next section",
    Do.PREVIOUS_SECTION: "last section",
    Do.LOOP_SECTION: "loop section",
    Do.TAP_TEMPO: "tap tempo",
    Do.NUDGE_UP: "nudge up",
    Do.NUDGE_DOWN: "nudge down",
    Do.AS_WRITTEN: "as written",
    Do.CLICK_UP: "click up",
    Do.CLICK_DOWN: "click down",
    Do.MUTE_CLICK: "mute click",
    Do.STAGE_MODE: "stage mode",
    Do.LINE_CHECK: "line check",
    Do.SHUT_DOWN: "switch off",
}
"""What a pedal does, short enough for the narrowest panel."""

PARTS: Final[dict[Part, str]] = {
    Part.AUDIO: "audio",
    Part.DAW: "DAW",
    Part.DISK: "disk",
    Part.SCREEN: "screen",
    Part.TALLY: "tally",
    Part.PEDALS: "pedals",
    Part.CONFIGURATION: "config",
    Part.SONGS: "songs",
    Part.CLOCK: "clock",
}

STATES: Final[dict[PartState, str]] = {
    PartState.OK: "",
    PartState.WARNING: "look",
    PartState.FAULT: "FAULT",
    PartState.VIRTUAL: "virt.",
}
"""A part's state where there is no room for a sentence."""

_MARKS: Final = {
    PartState.OK: "●",
    PartState.WARNING: "▲",
    PartState.FAULT: "✖",
    PartState.VIRTUAL: "◇",
}
_HOW: Final = {
    "counting_in": "counting in",
    "rolling": "rolling",
    "ring_out": "ringing out",
    "ended": "ended",
    "false_start": "false start",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}
_FLAGS: Final = {
    "keeper": "keeper",
    "fix_here": "fix",
    "no_good": "no good",
    "marker": "mark",
}
RUNNING: Final = ("counting_in", "rolling", "ring_out")


def mark(state: str) -> str:
    """Return the sign for a part's state."""
    return _MARKS[PartState(state)]


def action(name: str) -> str:
    """Return what a pedal does in a word or two."""
    return ACTIONS[Do(name)]


def start(status: Mapping[str, Any]) -> str:
    """Return where takes begin or what they loop, where that is not the whole song: `from Bridge`."""
    verb = "loop" if status["looped"] else "from"
    return f"{verb} {status['starts_from'].title()}" if status["starts_from"] else ""


def how(take: Mapping[str, Any]) -> str:
    """Return how a take ended, or where it is."""
    is_over = take["status"] not in (*RUNNING, "interrupted")
    status = str(take["how"] or take["status"]) if is_over else str(take["status"])
    return _HOW.get(status, status.replace("_", " "))


def bars(take: Mapping[str, Any]) -> str:
    """Return how long a take is: `32 bars`, `bars 65-69` where it began further on, `loop 65`.

    Where there are no bars it is `1:23`.
    """
    if take["elapsed"]:
        return str(take["elapsed"])
    first, last = take["start_bar"], take["bars"]
    if take["is_looped"] and last:
        return f"loop {first}"
    if first > 1 and last >= first:
        return f"bars {first}-{last}" if last > first else f"bar {first}"
    return f"{last} bar{'' if last == 1 else 's'}"


def flag(flag: Mapping[str, Any]) -> str:
    """Return one flag with its place: `fix bar 12`, `keeper Chorus`, `keeper` for the take.

    A song without tempo has neither sections nor bars: `keeper 0:42`.
    """
    kind = _FLAGS.get(str(flag["kind"]), str(flag["kind"]))
    if flag["whole_take"]:
        return kind
    return f"{kind} {flag['elapsed'] or flag['section'] or 'bar ' + str(flag['bar'])}"


def flags(take: Mapping[str, Any]) -> str:
    """Return all flags of a take."""
    return ", ".join(flag(one) for one in take["flags"])


def incidents(take: Mapping[str, Any]) -> str:
    """Return how many incidents a take had, or nothing."""
    count = take["incidents"]
    return f"{count} incident{'' if count == 1 else 's'}" if count else ""


def click(take: Mapping[str, Any]) -> str:
    """Return how a take's click was: `click clean`, `1 gap bar 33`; nothing before that is known."""
    return str(take.get("click", "")).lower()


def click_is_faulty(take: Mapping[str, Any]) -> bool:
    """Tell whether something was wrong with a take's click."""
    return click(take) not in ("", "click clean", "no click due")


def session(length_ns: int) -> str:
    """Return how long the session has been going on, in hours and minutes: `session 3:42`."""
    minutes = length_ns // _NS_PER_MINUTE
    return f"session {minutes // 60}:{minutes % 60:02}"


def log(counts: Mapping[str, Any]) -> str:
    """Return how much of what happened is on disk."""
    waiting = counts["submitted"] - counts["saved"]
    if waiting > 0:
        return f"{waiting} of {counts['submitted']} entries not on disk yet"
    return f"all {counts['saved']} entries on disk"


def faults(parts: Mapping[str, Mapping[str, str]]) -> Sequence[str]:
    """Return the sentences of the parts that do not work, then of those that deserve a look."""
    return [
        f"{PARTS[Part(name)]}: {part['sentence']}"
        for wanted in (PartState.FAULT, PartState.WARNING)
        for name, part in parts.items()
        if part["state"] == wanted
    ]
