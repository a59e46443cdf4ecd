"""Faults of a profile that no key has alone: two ways of moving one DAW, a word no dialect has. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from countoff.config.fitting import Misfit, dotted
from countoff.config.problems import either, quoted
from countoff.core.nearest import nearest_word
from countoff.daw.profile import Dialect, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from countoff.daw.written import ProfileFile, TransportTable

# What each dialect has a message for. A DAW that is moved by real-time messages is started and
# stopped by the clock itself, which `midi.clock` sends.
SAID_IN: Final[Mapping[Dialect, frozenset[Said]]] = {
    Dialect.MMC: frozenset({Said.RECORD, Said.RECORD_EXIT, Said.PLAY, Said.STOP, Said.LOCATE}),
    Dialect.MACKIE: frozenset({Said.RECORD, Said.PLAY, Said.STOP, Said.MARKER}),
    Dialect.HUI: frozenset({Said.RECORD, Said.PLAY, Said.STOP}),
    Dialect.REALTIME: frozenset(),
    Dialect.NONE: frozenset(),
}
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
    known = [said.value for said in Said if said in SAID_IN[dialect]]
    for name in _STEPS:
        for step in getattr(transport, name):
            if step in known:
                continue
            allowed = (
                f"{dialect} has {either([quoted(word) for word in known])}"
                if known
                else (
                    "the clock starts and stops it"
                    if dialect is Dialect.REALTIME
                    else "nothing is said"
                )
            )
            key = ("transport", name)
            yield Misfit(
                key,
                "wrong",
                f"{dotted(key)} = {quoted(getattr(transport, name))} is not allowed;"
                f" where transport.dialect = {quoted(dialect)}, {allowed}."
                f"{nearest_word(step, known)}",
            )
            break


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
    if following.tempo == "time_code" and dialect is not Dialect.NONE:
        yield Misfit(
            ("following", "tempo"),
            "wrong",
            'following.tempo = "time_code" is not allowed beside'
            f" transport.dialect = {quoted(dialect)}; time code moves a DAW too, and {_TWICE}.",
        )
    if dialect is Dialect.REALTIME and not is_started:
        yield Misfit(
            ("following", "starts"),
            "missing",
            'following.starts is missing: where transport.dialect = "realtime" the clock starts the'
            ' DAW; "count_in" or "bar_1", with tempo = "clock".',
        )
