"""Faults of a profile that no key has alone: two ways of moving one DAW, a word no dialect has. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from countoff.config.fitting import Misfit, dotted
from countoff.config.problems import either, quoted
from countoff.core.nearest import nearest_word
from countoff.daw.profile import Dialect, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from countoff.daw.written import ProfileFile, TransportTable

# What each dialect has a message for. A DAW that is moved by real-time messages is started and
# stopped by the clock itself, which `midi.clock` sends.
SAID_IN: Final[Mapping[Dialect, frozenset[Said]]] = {
    Dialect.MMC: frozenset({Said.RECORD, Said.RECORD_EXIT, Said.PLAY, Said.STOP, Said.LOCATE}),
    Dialect.MACKIE: frozenset({Said.RECORD, Said.PLAY, Said.STOP, Said.MARKER}),
    Dialect.HUI: frozenset({Said.RECORD, Said.PLAY, Said.STOP}),
    Dialect.REALTIME: frozenset(),
    Dialect.MTC: frozenset(),
    Dialect.NONE: frozenset(),
}
# Time code rolls the DAW, and stops it, and sends it to a place; what it is told beside only arms.
_SAID_BESIDE_TIME_CODE: Final = frozenset({Said.RECORD, Said.MARKER})
_STEPS: Final = (
    "record",
    "record_when_armed",
    "record_when_playing",
    "stop",
    "locate",
    "marker",
)
_TWICE: Final = "a DAW that is moved in two ways is started twice, and stopped twice"


def two_ways(values: Mapping[str, Any]) -> Iterator[Misfit]:
    """Name what moves the DAW by more than one dialect, before the file is fitted into a form."""
    transport = values.get("transport")
    if isinstance(transport, list):
        yield Misfit(
            ("transport",),
            "wrong",
            f"[[transport]] is not allowed; there is one table [transport], for {_TWICE}.",
        )
    elif isinstance(transport, dict) and isinstance(transport.get("dialect"), list):
        found = quoted(transport["dialect"])
        yield Misfit(
            ("transport", "dialect"),
            "wrong",
            f"transport.dialect = {found} is not allowed; it must be one dialect, for {_TWICE}.",
        )


def disagreements(written: ProfileFile) -> Iterator[Misfit]:
    """Name all that does not go together in a file each of whose keys is right by itself."""
    dialect = Dialect(written.transport.dialect)
    yield from _unsaid(written.transport, dialect)
    if dialect is Dialect.MTC:
        yield from _armed(written)
    elif written.transport.armed_by != "none":
        key = ("transport", "armed_by")
        yield Misfit(
            key,
            "wrong",
            f"{dotted(key)} = {quoted(written.transport.armed_by)} is not allowed where"
            f" transport.dialect = {quoted(dialect)}; it is for mtc.",
        )
    if SAID_IN[dialect]:
        for name in ("record", "stop"):
            if not getattr(written.transport, name):
                key = ("transport", name)
                words = either([quoted(said.value) for said in Said if said in SAID_IN[dialect]])
                yield Misfit(
                    key,
                    "missing",
                    f"{dotted(key)} is missing: without it {dialect} moves nothing;"
                    f" a list of {words}.",
                )
    yield from _silent(written)
    if dialect is Dialect.REALTIME and written.answers.dialect != "none":
        yield Misfit(
            ("answers", "dialect"),
            "wrong",
            f"answers.dialect = {quoted(written.answers.dialect)} is not allowed where"
            ' transport.dialect = "realtime": the clock starts the DAW no sooner than the count-in,'
            ' so the count-in cannot wait for its answer; "none".',
        )
    yield from _following(written, dialect)


def _unsaid(transport: TransportTable, dialect: Dialect) -> Iterator[Misfit]:
    """Name each step for which the dialect has no message."""
    sayable = SAID_IN[dialect]
    if dialect is Dialect.MTC:
        sayable = SAID_IN[Dialect(transport.armed_by)] & _SAID_BESIDE_TIME_CODE
    known = [said.value for said in Said if said in sayable]
    for name in _STEPS:
        for step in getattr(transport, name):
            if step in known:
                continue
            key = ("transport", name)
            yield Misfit(
                key,
                "wrong",
                f"{dotted(key)} = {quoted(getattr(transport, name))} is not allowed;"
                f" where transport.dialect = {quoted(dialect)}, {_allowed(dialect, known)}."
                f"{nearest_word(step, known)}",
            )
            break


def _allowed(dialect: Dialect, known: Sequence[str]) -> str:
    """Say which steps there are in a dialect."""
    words = either([quoted(word) for word in known]) if known else ""
    if dialect is Dialect.REALTIME:
        return "the clock starts and stops it"
    if dialect is Dialect.MTC:
        moves = "time code rolls it, stops it and sends it to its place"
        return f"{moves}; beside it there is {words}" if known else moves
    return f"{dialect} has {words}" if known else "nothing is said"


def _armed(written: ProfileFile) -> Iterator[Misfit]:
    """Name what a DAW that time code rolls cannot be armed by, or would confirm with its own echo."""
    transport = written.transport
    if transport.armed_by != "none" and not transport.record:
        yield Misfit(
            ("transport", "record"),
            "missing",
            "transport.record is missing: where transport.armed_by ="
            f' {quoted(transport.armed_by)} its record button arms; ["record"].',
        )
    if written.answers.dialect == "mtc":
        yield Misfit(
            ("answers", "dialect"),
            "wrong",
            'answers.dialect = "mtc" is not allowed where transport.dialect = "mtc": the time code'
            " that came back would be the box's own.",
        )


def _silent(written: ProfileFile) -> Iterator[Misfit]:
    """Name what is claimed of the answers of a DAW that has none."""
    answers = written.answers
    for name in ("shows_life", "proves_arming"):
        if answers.dialect == "none" and getattr(answers, name):
            yield Misfit(
                ("answers", name),
                "wrong",
                f'answers.{name} = true is not allowed where answers.dialect = "none":'
                " what says nothing shows nothing.",
            )
    if answers.dialect == "osc" and answers.osc_words is None:
        yield Misfit(
            ("answers", "osc_words"),
            "missing",
            "answers.osc_words is missing: each DAW has words of its own in OSC;"
            ' "ardour" or "reaper".',
        )
    elif answers.dialect != "osc" and answers.osc_words is not None:
        yield Misfit(
            ("answers", "osc_words"),
            "wrong",
            f"answers.osc_words = {quoted(answers.osc_words)} is not allowed where answers.dialect ="
            f" {quoted(answers.dialect)}; it is for osc.",
        )


def _following(written: ProfileFile, dialect: Dialect) -> Iterator[Misfit]:
    """Name a clock or a time code that would move the DAW beside its transport."""
    following = written.following
    is_started = following.starts != "never"
    if is_started and following.tempo != "clock":
        yield Misfit(
            ("following", "starts"),
            "wrong",
            f"following.starts = {quoted(following.starts)} is not allowed;"
            f" only a clock starts a DAW, and following.tempo = {quoted(following.tempo)}.",
        )
    elif is_started and dialect is not Dialect.REALTIME:
        yield Misfit(
            ("following", "starts"),
            "wrong",
            f"following.starts = {quoted(following.starts)} is not allowed beside"
            f" transport.dialect = {quoted(dialect)}; {_TWICE}. With"
            ' starts = "never" the clock gives it the tempo alone.',
        )
    if following.tempo == "time_code" and dialect is not Dialect.MTC:
        yield Misfit(
            ("following", "tempo"),
            "wrong",
            'following.tempo = "time_code" is not allowed beside'
            f" transport.dialect = {quoted(dialect)}; time code moves a DAW too, and {_TWICE}."
            ' With transport.dialect = "mtc" it alone does.',
        )
    elif dialect is Dialect.MTC and following.tempo != "time_code":
        yield Misfit(
            ("following", "tempo"),
            "wrong" if following.tempo == "clock" else "missing",
            f"following.tempo = {quoted(following.tempo)} is not allowed where transport.dialect ="
            ' "mtc": what moves it is what it follows; "time_code".',
        )
    if dialect is Dialect.REALTIME and not is_started:
        yield Misfit(
            ("following", "starts"),
            "missing",
            'following.starts is missing: where transport.dialect = "realtime" the clock starts the'
            ' DAW; "count_in" or "bar_1", with tempo = "clock".',
        )
