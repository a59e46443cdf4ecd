"""Profiles as pages for people: all of them, one, and how to set its DAW up.

For commands only: importing rich costs more than reading all profiles. Whatever stands in a file, it
is printed as text, never obeyed as markup or as a terminal's control codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from countoff.config.problems import quoted
from countoff.daw.profile import Dialect
from countoff.daw.telling import CLOCK_PORT, DIALECT_NAMES, PORT, facts, filled_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from countoff.core.daw import WithoutAnswer
    from countoff.daw.finding import Listed
    from countoff.daw.profile import Profile

_DIM = "dim"
_DOUBT = "yellow"
_NO = "\N{EN DASH}"
_IN_FORCE = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"


def print_profiles(listed: Sequence[Listed], in_force: str, console: Console) -> None:
    """Print a row a profile; the one in force stands out."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), header_style=_DIM)
    table.pad_edge = False
    for heading in ("", "PROFILE", "DAW", "MOVED BY", "ANSWERS", "PLACES", "FLAGS", "TRIED"):
        table.add_column(heading, no_wrap=heading != "DAW", overflow="fold")
    for each in listed:
        profile = each.profile
        if profile is None:
            continue
        is_in_force = profile.key == in_force
        table.add_row(
            Text(_IN_FORCE if is_in_force else ""),
            Text(profile.key),
            _plain(profile.name),
            Text(DIALECT_NAMES[profile.transport.dialect]),
            Text(DIALECT_NAMES[profile.answers.dialect]),
            Text("sent" if profile.abilities().can_locate else _NO),
            Text("markers" if profile.transport.marker else _NO),
            _plain(profile.tested_with or _NO),
            style="bold" if is_in_force else "",
        )
    console.print(table)
    console.print()
    own = sorted(each.path.stem for each in listed if each.is_own and each.profile)
    if own:
        console.print(Text(f"Your own: {', '.join(own)}.", _DIM))
    console.print(
        Text(
            f"In force: {in_force}. Another: profile = {quoted('reaper')} under [daw];"
            " countoff daw setup reaper says what to do at the DAW.",
            _DIM,
        )
    )


def print_profile(profile: Profile, without_answer: WithoutAnswer, console: Console) -> None:
    """Print what one profile does."""
    _print_heading(profile, console)
    console.print()
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True, style=_DIM)
    rows.add_column()
    for name, sentence in facts(profile, without_answer):
        rows.add_row(Text(name), _plain(sentence))
    console.print(rows)
    if profile.unverified:
        console.print()
        _print_doubts(profile, console)


def print_setup(
    profile: Profile, ports: Sequence[tuple[str, str]], *, is_in_force: bool, console: Console
) -> None:
    """Print how to set the DAW up, a numbered step each, and mark what was not verified."""
    _print_heading(profile, console)
    for port, where in ports:
        console.print()
        console.print(Text(port, "bold").append(f" {where}", "not bold"))
    if not is_in_force:
        console.print()
        console.print(Text("In the box's configuration, then start the box again:", _DIM))
        console.print(Text(f"  [daw]\n  profile = {quoted(profile.key)}"))
        if profile.transport.dialect is Dialect.REALTIME:
            console.print(Text(f"  [midi]\n  clock = {quoted(profile.following.starts)}"))
        elif profile.is_moved_by_time_code:
            console.print(Text("  frames_per_second = 25"))
    console.print()
    steps = Table.grid(padding=(0, 1, 0, 0))
    steps.add_column(justify="right", no_wrap=True, style="bold")
    steps.add_column()
    for number, sentence in enumerate(profile.setup, start=1):
        step = _plain(filled_in(sentence))
        step.highlight_words([PORT, CLOCK_PORT], "bold")
        steps.add_row(f"{number}.", step)
    console.print(steps)
    if profile.unverified:
        console.print()
        _print_doubts(profile, console)


def _print_heading(profile: Profile, console: Console) -> None:
    heading = _plain(profile.name)
    heading.stylize("bold")
    console.print(heading.append(f"  {profile.key}", f"not bold {_DIM}"))
    console.print(_plain(profile.about))


def _print_doubts(profile: Profile, console: Console) -> None:
    tried = profile.tested_with
    heading = f"NOT VERIFIED (tried with {tried})" if tried else "NOT VERIFIED"
    console.print(Text(heading, f"bold {_DOUBT}"))
    doubts = Table.grid(padding=(0, 1, 0, 0))
    doubts.add_column(no_wrap=True, style=f"bold {_DOUBT}")
    doubts.add_column()
    for sentence in profile.unverified:
        doubts.add_row("?", _plain(filled_in(sentence)))
    console.print(doubts)


def _plain(text: str) -> Text:
    """Return `text` without control codes."""
    return Text(
        "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    )
