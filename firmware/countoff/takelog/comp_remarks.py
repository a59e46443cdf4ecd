"""What there is to say beside a comp's grid, in sentences: what was not followed, cut in or seen. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.comp.fitting import apart
from countoff.core.daw import Verdict
from countoff.core.entries import HowEnded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.core.comp.grid import Grid
    from countoff.core.comp.values import CompTake
    from countoff.takelog.comping import SongComp

_MOST_NAMED = 8


def remarks(found: SongComp, grid: Grid) -> Iterator[str]:
    """Return what else there is to say, a sentence each."""
    comp = found.comp
    yield from (f"Not followed: {sentence}" for sentence in comp.unused)
    if comp.master_id is not None:
        master = found.take(comp.master_id)
        layout = tuple(choice.section for choice in comp.choices)
        for what, labels in apart(grid, layout, master).items():
            is_are, it_is = ("is", "it is") if len(labels) == 1 else ("are", "they are")
            yield f"{_listed(labels)} {is_are} not cut in beside {master.label}: {it_is} {what}."
    chosen = {comp.master_id, *(choice.take_id for choice in comp.choices)}
    unseen = [
        take.label
        for take in found.takes
        if take.verdict is Verdict.NOT_SEEN and take.id not in chosen
    ]
    if unseen:
        was = "was" if len(unseen) == 1 else "were"
        yield (
            f"{_listed(unseen)} {was} not seen to be recorded by the DAW, and {was} left out. Where the"
            " recording is there all the same, choose by hand."
        )
    alike: dict[str, list[str]] = {}
    for sentence in found.left_out.values():
        label, _, why = sentence.partition(" ")
        alike.setdefault(why, []).append(label)
    for why, labels in alike.items():
        yield f"{_listed(labels)} {why if len(labels) == 1 else _of_several(why)}"


def special(take: CompTake, found: SongComp) -> str:
    """Say in a word what is special about a take: false, loop, cut off, or a tempo not the master's."""
    if take.how is HowEnded.FALSE_START:
        return "false"
    if take.looped_index is not None:
        return "loop"
    if take.how is None:
        return "cut off"
    master_id = found.comp.master_id
    if master_id is not None and take.tempo != found.take(master_id).tempo:
        return take.tempo
    return ""


def hint(found: SongComp) -> str:
    """Say how to choose by hand; there is a take."""
    song, label = _quoted(found.song), found.takes[-1].label
    choices = found.comp.choices
    if len(choices) < 2:  # one whole take
        return (
            f'By hand: countoff comp {song} --master {label}; "proposed" for a take gives it back.'
        )
    title = _quoted(choices[-1].section.title)
    return (
        f"By hand: countoff comp {song} {title} {label}, or --master {label};"
        ' "proposed" for a take gives it back.'
    )


def _of_several(why: str) -> str:
    """Return why a take can give nothing, said of several."""
    return why.replace("still runs", "still run").replace(": its sections", ": their sections")


def _quoted(text: str) -> str:
    return text if text.isalnum() else f'"{text}"'


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > _MOST_NAMED:
        labels = [*labels[:_MOST_NAMED], f"{len(labels) - _MOST_NAMED} more"]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
