"""What somebody says of passes: `--match P3=Harbour:5`, or `P3=none`. Pure but for the argument itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.nearest import nearest_word

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from countoff.export.recordings.matching import ByHand
    from countoff.takelog.summaries import TakeSummary

_NONE = "none"


class MatchUnclearError(ValueError):
    """What was said of a pass names no take of the session, or several; the sentence says which."""


def add_match_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--match`, which may be given several times, as `match`."""
    parser.add_argument(
        "--match",
        metavar="PASS=TAKE",
        action="append",
        default=[],
        help='say which take a pass is of, such as "P3=Harbour:5"; "P3=none" for none',
    )


def said_by_hand(words: Sequence[str], takes: Sequence[TakeSummary]) -> ByHand:
    """Return what `words`, each PASS=TAKE, say. Raises MatchUnclearError.

    A take is NUMBER, SONG:NUMBER or the beginning of an id, among `takes`.
    """
    said: dict[str, str | None] = {}
    for word in words:
        name, sign, wanted = word.partition("=")
        name = name.strip().upper()
        if not sign or not name or not wanted.strip():
            raise MatchUnclearError(
                f'--match "{word}" is not PASS=TAKE: write it as in "P3=Harbour:5" or "P3=none".'
            )
        name = f"P{name}" if name.isdigit() else name
        take_id = None if wanted.strip().casefold() == _NONE else _take_id(wanted.strip(), takes)
        if name in said:
            raise MatchUnclearError(
                f"--match says of {name} twice which take it is of: say it once."
            )
        if take_id is not None and take_id in said.values():
            raise MatchUnclearError(
                f'--match "{word}": another pass was said to be of that take; a take has one.'
            )
        said[name] = take_id
    return said


def _take_id(wanted: str, takes: Sequence[TakeSummary]) -> str:
    song, colon, number = wanted.rpartition(":")
    found = [
        take
        for take in takes
        if str(take.number) == number and (not colon or take.song.casefold() == song.casefold())
    ] or [take for take in takes if take.id.startswith(wanted)]
    # Written just so it is that one, whatever else is called so in other capitals.
    found = [take for take in found if take.song == song] or found
    if len(found) == 1:
        return found[0].id
    names = [f"{take.song}:{take.number}" for take in found or takes]
    listed = ", ".join(f'"{name}"' for name in names[:8]) + (", …" if len(names) > 8 else "")
    if found:
        raise MatchUnclearError(f'--match: "{wanted}" may be any of {listed}. Say SONG:NUMBER.')
    raise MatchUnclearError(
        f'--match: no take of the session is called "{wanted}"; it has {listed or "none"}.'
        + nearest_word(wanted, names)
    )
