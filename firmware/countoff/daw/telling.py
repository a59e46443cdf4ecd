"""What there is to say of a profile, in words for people and in values for programs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from countoff.core.daw import WithoutAnswer
from countoff.daw.profile import Dialect, Follows, Recording, Said, Starts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from countoff.daw.profile import Answers, Following, Profile, Transport

PORT: Final = "Countoff's port"
CLOCK_PORT: Final = "Countoff's clock port"

DIALECT_NAMES: Final[Mapping[Dialect, str]] = {
    Dialect.MMC: "MMC",
    Dialect.MACKIE: "Mackie",
    Dialect.HUI: "HUI",
    Dialect.REALTIME: "clock",
    Dialect.MTC: "time code",
    Dialect.OSC: "OSC",
    Dialect.NONE: "\N{EN DASH}",
}
_LONG_NAMES: Final[Mapping[Dialect, str]] = {
    **DIALECT_NAMES,
    Dialect.MMC: "MIDI Machine Control",
    Dialect.MACKIE: "Mackie Control",
    Dialect.REALTIME: "the MIDI clock: Start, Stop and song position",
    Dialect.MTC: "MIDI time code",
    Dialect.NONE: "nothing",
}
_STEP_NAMES: Final[Mapping[Said, str]] = {
    Said.RECORD: "Record",
    Said.RECORD_EXIT: "Record Exit",
    Said.PLAY: "Play",
    Said.CONTINUE: "Continue",
    Said.STOP: "Stop",
    Said.LOCATE: "Locate",
    Said.MARKER: "Marker",
}
_LIGHTS: Final[Mapping[Recording, str]] = {
    Recording.RECORD_LIGHT: "the record light is on, steadily",
    Recording.RECORD_AND_PLAY_LIGHTS: "the record light and the play light are on",
    Recording.RECORD_WITHOUT_STOP_LIGHT: "the record light is on and the stop light is off",
}
_NS_PER_MS: Final = 1_000_000
_MS_PER_S: Final = 1000


def facts(
    profile: Profile, without_answer: WithoutAnswer = WithoutAnswer.REFUSE
) -> list[tuple[str, str]]:
    """Return what a profile does, a name and a sentence each."""
    transport, answers = profile.transport, profile.answers
    rows = [("moved by", _LONG_NAMES[transport.dialect])]
    if transport.dialect is Dialect.MTC:
        rows.append(("armed by", _armed(transport)))
    rows += _steps(transport)
    if transport.dialect is not Dialect.NONE:
        rows.append(("first click", f"{_time(transport.lead_ns)} after the press, or later"))
    rows += _told(answers, without_answer)
    rows.append(
        (
            "earlier takes",
            "stay where they are recorded over"
            if profile.keeps_takes
            else "are not known to stay where they are recorded over",
        )
    )
    rows.append(("tempo", _tempo(profile.following)))
    rows.append(("tried with", profile.tested_with or "no version of the program"))
    return rows


def _steps(transport: Transport) -> list[tuple[str, str]]:
    """Say what is said to it, and when."""
    if transport.dialect is Dialect.NONE:
        return []
    rows = []
    if transport.record:
        rows.append(("to record", said_in_order(transport.record, transport.spoken)))
        for name, steps in (
            ("where it is armed", transport.record_when_armed),
            ("where it rolls", transport.record_when_playing),
        ):
            if steps:
                rows.append((f"  {name}", said_in_order(steps, transport.spoken)))
    if transport.stop:
        rows.append(("to stop", said_in_order(transport.stop, transport.spoken)))
    is_sent = transport.locate or transport.dialect is Dialect.MTC
    where = "each take is sent to its own" if is_sent else "a take begins where it stands"
    rows.append(("places", where))
    rows.append(
        ("flags", "become its markers too" if transport.marker else "stay in the box's log")
    )
    return rows


def _armed(transport: Transport) -> str:
    if transport.armed_by is Dialect.NONE:
        return "hand: time code rolls it, and cannot arm it"
    return f"{_LONG_NAMES[transport.armed_by]}; time code cannot"


def _told(answers: Answers, without_answer: WithoutAnswer) -> list[tuple[str, str]]:
    """Say how the DAW confirms, and what becomes of a take without."""
    if answers.dialect is Dialect.NONE:
        return [("its answer", "none: the red light dips every two seconds, cannot answer")]
    how = "MIDI clock" if answers.dialect is Dialect.REALTIME else _LONG_NAMES[answers.dialect]
    if answers.dialect in {Dialect.MACKIE, Dialect.HUI}:
        how += f": {_LIGHTS[answers.recording]}"
    elif answers.dialect is not Dialect.OSC:
        how += ": that it moves, once it was told to record; more it cannot say"
    refuses = without_answer is WithoutAnswer.REFUSE
    late = "then there is no count-in" if refuses else "then the light warns"
    return [
        ("its answer", how),
        ("is waited for", f"{_time(answers.deadline_ns)}; {late}"),
        (
            "sign of life",
            "each second while it rolls" if answers.shows_life else "none: its last word counts",
        ),
        (
            "armed tracks",
            "its word proves that one is armed"
            if answers.proves_arming
            else "nothing proves that one is armed",
        ),
    ]


def _tempo(following: Following) -> str:
    if following.tempo is Follows.NOTHING:
        return "its own"
    if following.tempo is Follows.TIME_CODE:
        return "its own: time code moves it, from the press to the end of the ring-out"
    if following.starts is Starts.NEVER:
        return "the clock's if wanted; Start and Stop may not come with it"
    place = "the count-in" if following.starts is Starts.COUNT_IN else "bar 1"
    early = "" if following.clock_while_idle else "; pulses before that would roll it"
    return f"the clock's, which starts it with {place}{early}"


def said_in_order(steps: Sequence[Said], dialect: Dialect) -> str:
    """Return what is said, in the words of the dialect: `Record, then Play`."""
    strobe = {Said.RECORD: "Record Strobe"} if dialect is Dialect.MMC else {}
    return ", then ".join(strobe.get(said, _STEP_NAMES[said]) for said in steps)


def filled_in(sentence: str) -> str:
    """Return a step of a profile with the box's ports by name."""
    return sentence.replace("{port}", PORT).replace("{clock_port}", CLOCK_PORT)


def as_values(profile: Profile) -> dict[str, Any]:
    """Return the profile as its file has it, with its key; times in milliseconds."""
    transport, answers, following = profile.transport, profile.answers, profile.following
    return {
        "key": profile.key,
        "name": profile.name,
        "about": profile.about,
        "keeps_takes": profile.keeps_takes,
        "tested_with": profile.tested_with,
        "transport": {
            "dialect": transport.dialect,
            "armed_by": transport.armed_by,
            "record": transport.record,
            "record_when_armed": transport.record_when_armed,
            "record_when_playing": transport.record_when_playing,
            "stop": transport.stop,
            "locate": transport.locate,
            "marker": transport.marker,
            "between_ms": transport.between_ns // _NS_PER_MS,
            "lead_ms": transport.lead_ns // _NS_PER_MS,
        },
        "answers": {
            "dialect": answers.dialect,
            "recording": answers.recording,
            "shows_life": answers.shows_life,
            "deadline_ms": answers.deadline_ns // _NS_PER_MS,
            "proves_arming": answers.proves_arming,
            "osc_words": answers.osc_words,
        },
        "following": {
            "tempo": following.tempo,
            "clock_while_idle": following.clock_while_idle,
            "starts": following.starts,
        },
        "setup": [filled_in(sentence) for sentence in profile.setup],
        "unverified": [filled_in(sentence) for sentence in profile.unverified],
    }


def _time(time_ns: int) -> str:
    milliseconds = time_ns // _NS_PER_MS
    if milliseconds % (_MS_PER_S // 10):
        return f"{milliseconds} ms"
    return f"{milliseconds / _MS_PER_S:g} s"
