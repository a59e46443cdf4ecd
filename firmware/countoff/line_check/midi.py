"""Is the way to the DAW open, and does the DAW answer? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import Finding

if TYPE_CHECKING:
    from countoff.line_check.seen import DawSeen, PortSeen

NAME = "MIDI port"
CLOCK_NAME = "clock port"
DAW_NAME = "DAW"


def judge(seen: PortSeen, name: str = NAME) -> Finding:
    """Return what is to be said of a port."""
    match seen.state:
        case "ok":
            return Finding.well(name, "It is open, with somebody at its other end.")
        case "virtual":
            return Finding.doubt(
                name, seen.sentence, "Switch the sequencer on (modprobe snd-seq), or start JACK."
            )
        case "warning":
            return Finding.doubt(name, seen.sentence, "Connect it: countoff daw setup says how.")
        case _:
            return Finding.fault(
                name, seen.sentence, "Is its cable in? `countoff devices` lists what there is."
            )


def judge_daw(seen: DawSeen) -> Finding:
    """Return what is to be said of the DAW's answer."""
    if not seen.can_answer:
        return Finding.well(
            DAW_NAME, f"By its profile, {seen.profile}, it cannot say whether it records."
        )
    if not seen.was_asked:
        return Finding.doubt(
            DAW_NAME, "It was not asked: there is no way to it.", "Open the way to it first."
        )
    if not seen.answered:
        return Finding.fault(
            DAW_NAME,
            f"It was asked what it does, and said nothing ({seen.profile}).",
            f"Is it on, with a project open? countoff daw setup {seen.profile} says the rest.",
        )
    says = f" and says: {seen.word}" if seen.word else ""
    return Finding.well(DAW_NAME, f"It answers{says} ({seen.profile}).")
