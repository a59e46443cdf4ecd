"""Made-up days in the studio: what the log has of them, and the recordings that a DAW left of them.

A day is made here, so what each recording is of is known. Nothing of the product decides it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.export.recordings.folder import Folder
from countoff.export.recordings.names import common_form, parts_of
from countoff.export.recordings.takes import TakeToFind
from countoff.export.recordings.values import BarOneFrom, Recording

if TYPE_CHECKING:
    from random import Random

    from countoff.export.recordings.names import NameParts
    from countoff.export.recordings.values import MatchedRecordings

RATE_HZ = 48_000
NOON_S = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
MICROPHONES = (
    "Kick In",
    "Kick Out",
    "Snare Top",
    "Snare Bottom",
    "Hat",
    "Tom 1",
    "Tom 2",
    "OH",
    "Room",
    "Bass DI",
    "Gtr-2",
    "Vox",
)


@dataclass(frozen=True)
class Daw:
    """How a DAW names and stamps what it records."""

    form: str
    has_headers: bool = True
    can_answer: bool = True
    knows_place: bool = True
    way: str = "string_out"
    clock_ahead_s: float = 0.0
    timeline_ahead_s: float = 0.0
    is_box_clock_sure: bool = True
    is_copy: bool = False
    is_stamped_late: bool = False


@dataclass(frozen=True)
class Made:
    """A pass as it really was: when, how long, where on the timeline; of which take, if of any."""

    take_id: str | None
    began_s: float
    length_s: float
    place_s: float


FORMS = ("pro_tools", "playlists", "logic", "studio_one", "reaper", "live", "ardour", "nuendo")


def stem(daw: Daw, track: int, number: int, begun: datetime, again: int) -> str:
    """Name a recording as the DAW does; both numbers from 1, `again` the one in its minute."""
    name = MICROPHONES[track - 1]
    after = f"-{again:02}" if again else ""
    return {
        "pro_tools": f"{name}_{number:02}",
        "playlists": f"{name}.dup{number}_01" if number > 1 else f"{name}_01",
        "logic": f"{name}#{number:02}",
        "studio_one": f"{name}({number})" if number > 1 else name,
        "reaper": f"{track:02}-{name}-{begun:%y%m%d_%H%M}{after}",
        "live": f"{track}-{name} {number:04} [{begun:%Y-%m-%d %H%M%S}]",
        "ardour": f"{name}-{number}",
        "nuendo": f"{track:02} - {name}_{number:02}",
    }[daw.form]


def take(number: int, length_s: float, daw: Daw, *, status: str = "ended") -> TakeToFind:
    """Return what the log has of a take, but for when and where."""
    return TakeToFind(
        id=f"take{number:02}",
        song="Harbour",
        number=number,
        status=status,
        verdict="RECORDED" if daw.can_answer else "CANNOT ANSWER",
        began_s=0.0,
        is_clock_sure=daw.is_box_clock_sure,
        within_s=0.1 if daw.can_answer else 0.3,
        length_s=length_s,
        bar1_after_s=4.9,
        bar1_from=BarOneFrom.ANSWER if daw.can_answer else BarOneFrom.COMMAND,
    )


def day_of(
    random: Random,
    daw: Daw,
    lengths: list[tuple[str, float]],
    *,
    gaps_s: tuple[float, float] = (8, 200),
) -> tuple[list[TakeToFind], list[Made]]:
    """Live through a day: for each status and length a take, and the pass that the DAW made of it."""
    takes: list[TakeToFind] = []
    made: list[Made] = []
    now_s, follows_s = NOON_S + random.uniform(0, 3600), 0.0
    for number, (status, length_s) in enumerate(lengths, start=1):
        # What the DAW does is not quite what the box knows: an answer is late, a command takes its time.
        early_s = random.uniform(0.0, 0.05) if daw.can_answer else random.uniform(-0.15, 0.15)
        stop_s = random.uniform(0.0, 0.05)
        place_s = {"string_out": 600.0 * number, "stack": 3600.0, "follow": follows_s}[daw.way]
        expected = take(number, length_s, daw, status=status)
        said_s = place_s + expected.bar1_after_s + early_s + random.uniform(-0.02, 0.02)
        takes.append(
            replace(
                expected,
                began_s=now_s,
                bar1_place_s=said_s if daw.knows_place else None,
                is_place_told=True,
            )
        )
        real_s = length_s + early_s + stop_s
        made.append(Made(expected.id, now_s - early_s, real_s, place_s))
        follows_s = place_s + real_s
        now_s += length_s + random.uniform(*gaps_s)
    return takes, made


def folder_of(
    random: Random, daw: Daw, made: list[Made], *, microphones: int = 12, drop: float = 0.0
) -> tuple[Folder, dict[str, str | None]]:
    """Return what the DAW left, and what each file is of: one a microphone and pass, some of them lost."""
    files: dict[str, Made] = {}
    minutes: dict[str, int] = {}
    for number, one in enumerate(made, start=1):
        begun = datetime.fromtimestamp(one.began_s + daw.clock_ahead_s, UTC)
        minute = f"{begun:%y%m%d_%H%M}"
        again = minutes[minute] = minutes.get(minute, -1) + 1
        for track in range(1, microphones + 1):
            if random.random() < drop:
                continue
            base = stem(daw, track, number, begun, again)
            is_split = daw.form == "pro_tools" and MICROPHONES[track - 1] == "OH"
            files |= {base + side: one for side in ((".L", ".R") if is_split else ("",))}
    form = common_form(sorted(files))
    copied = random.sample(sorted(files), len(files))
    recordings = tuple(
        recording(
            random, daw, base, files[base], parts=parts_of(base, form), copied=copied.index(base)
        )
        for base in sorted(files)
    )
    truth = {f"{base}.wav": one.take_id for base, one in files.items()}
    return Folder(Path("audio"), recordings, form, ()), truth


def recording(
    random: Random, daw: Daw, base: str, one: Made, *, parts: NameParts, copied: int
) -> Recording:
    """Return a file of a pass, the `copied`-th that was written where the folder is a copy."""
    place_s = one.place_s + daw.timeline_ahead_s + random.uniform(0, 0.005)
    # Most stamp a file when they begin it, Ardour when it is closed.
    stamped_s = one.began_s + (one.length_s if daw.is_stamped_late else 0) + random.uniform(0, 0.3)
    stamped = datetime.fromtimestamp(stamped_s + daw.clock_ahead_s, UTC)
    closed_s = one.began_s + one.length_s + random.uniform(0, 1)
    is_named = parts.recorded is not None and (not daw.has_headers or parts.recorded_within_s <= 1)
    header_moment = stamped.replace(microsecond=0) if daw.has_headers else None
    return Recording(
        path=f"{base}.wav",
        track=parts.track,
        track_number=parts.track_number,
        side=parts.side,
        pass_key=parts.pass_key,
        rate_hz=RATE_HZ,
        length_frames=round(one.length_s * RATE_HZ),
        channels=1,
        time_reference_frames=round(place_s * RATE_HZ) if daw.has_headers else None,
        recorded=parts.recorded if is_named else header_moment,
        recorded_within_s=parts.recorded_within_s if is_named else 1.0,
        changed_ns=round((NOON_S + 90_000 + copied / 50 if daw.is_copy else closed_s) * 1e9),
    )


def any_daw(random: Random) -> Daw:
    """Return a DAW on a machine whose clock and timeline are as they may be."""
    return Daw(
        form=random.choice(FORMS),
        has_headers=random.random() < 0.6,
        can_answer=random.random() < 0.6,
        knows_place=random.random() < 0.6,
        way=random.choice(("string_out", "stack", "follow")),
        clock_ahead_s=random.choice((0, 3600, -18_000, 1.3, random.uniform(-4000, 4000))),
        timeline_ahead_s=random.choice((0, 0, 3600, random.uniform(0, 500))),
        is_box_clock_sure=random.random() < 0.7,
        is_copy=random.random() < 0.5,
        is_stamped_late=random.random() < 0.3,
    )


def any_lengths(random: Random, most: int = 8) -> list[tuple[str, float]]:
    """Return the takes of a song: most of them whole, and so equally long; others broken off."""
    song_s = random.uniform(60, 300)
    kinds = {
        "whole": lambda: ("ended", song_s + random.uniform(-0.02, 0.02)),
        "stopped": lambda: ("ended", random.uniform(30, song_s)),
        "false": lambda: ("false_start", random.uniform(5, 30)),
        "cancelled": lambda: ("cancelled", random.uniform(1.5, 7)),
    }
    chosen = random.choices(list(kinds), (50, 20, 20, 10), k=random.randint(1, most))
    return [kinds[kind]() for kind in chosen]


def with_stranger(random: Random, daw: Daw, made: list[Made]) -> list[Made]:
    """Add a pass that somebody at the DAW recorded between two takes, or after all, where it fits."""
    at = random.randint(1, len(made))
    free_s = made[at - 1].began_s + made[at - 1].length_s + 1
    until_s = made[at].began_s - 1 if at < len(made) else free_s + 300
    length_s = min(random.choice((random.uniform(3, 30), made[0].length_s)), until_s - free_s - 1)
    if length_s < 1:
        return made
    place_s = 3600.0 if daw.way == "stack" else made[at - 1].place_s + made[at - 1].length_s
    began_s = random.uniform(free_s, until_s - length_s)
    return [*made[:at], Made(None, began_s, length_s, place_s), *made[at:]]


def wrongly_matched(found: MatchedRecordings, truth: dict[str, str | None]) -> list[str]:
    """Return the files that were taken for another take's, or for one's where they are of none."""
    return [
        placed.recording.path
        for take in found.takes
        for track in take.tracks
        for placed in track.recordings
        if truth[placed.recording.path] != take.take_id
    ]


def left_out(found: MatchedRecordings, truth: dict[str, str | None]) -> set[str]:
    """Return the files of takes that were given to none."""
    given = {
        placed.recording.path
        for take in found.takes
        for track in take.tracks
        for placed in track.recordings
    }
    return {path for path, take_id in truth.items() if take_id is not None} - given
