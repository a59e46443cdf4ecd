"""Made-up days in the studio: what the log has of them, and the recordings that a DAW left of them.

A day is made here, so what each recording is of is known. Nothing of the product decides it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from countoff.export.recordings.folder import Folder
from countoff.export.recordings.names import common_form, parts_of
from countoff.export.recordings.takes import TakeToFind
from countoff.export.recordings.values import BarOneFrom, Recording

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


@dataclass(frozen=True)
class Made:
    """A pass as it really was: when, how long, where on the timeline; of which take, if of any."""

    take_id: str | None
    began_s: float
    length_s: float
    place_s: float


@dataclass(frozen=True)
class Day:
    """What the log knows, what was recorded, and what each file is of."""

    takes: tuple[TakeToFind, ...]
    folder: Folder
    take_id_of: dict[str, str | None]
    made: tuple[Made, ...] = field(default=())


FORMS = ("pro_tools", "playlists", "logic", "studio_one", "reaper", "live", "ardour", "nuendo")
# What stands in these names is a moment.
DATED = {"reaper": timedelta(minutes=1), "live": timedelta(seconds=1)}


def stem(form: str, track: int, name: str, number: int, begun: datetime, again: int) -> str:
    """Name a recording as the DAW does; `number` is its track's, from 1, `again` the one in its minute."""
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
    }[form]


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
    random: Random,
    daw: Daw,
    made: list[Made],
    *,
    microphones: int = 12,
    split: tuple[str, ...] = ("OH",),
    drop: float = 0.0,
) -> tuple[Folder, dict[str, str | None]]:
    """Return what the DAW left: for each pass a file of each microphone, some of them lost."""
    specs: list[tuple[str, Made, int]] = []
    minutes: dict[str, int] = {}
    for number, one in enumerate(made, start=1):
        begun = datetime.fromtimestamp(one.began_s + daw.clock_ahead_s, UTC).replace(tzinfo=None)
        minute = f"{begun:%y%m%d_%H%M}"
        again = minutes[minute] = minutes.get(minute, -1) + 1
        for track, name in enumerate(MICROPHONES[:microphones], start=1):
            if random.random() < drop:
                continue
            base = stem(daw.form, track, name, number, begun, again)
            sides = (".L", ".R") if name in split and daw.form == "pro_tools" else ("",)
            specs += [(base + side, one, track) for side in sides]
    random.shuffle(specs)
    form = common_form(sorted(base for base, _, _ in specs))
    recordings = [
        _recording(random, daw, base, one, form, order)
        for order, (base, one, _) in enumerate(specs)
    ]
    truth = {f"{base}.wav": one.take_id for base, one, _ in specs}
    return Folder(Path("audio"), tuple(sorted(recordings, key=lambda r: r.path)), form, ()), truth


def _recording(
    random: Random, daw: Daw, base: str, one: Made, form: object, order: int
) -> Recording:
    parts = parts_of(base, form)  # type: ignore[arg-type]
    place_s = one.place_s + daw.timeline_ahead_s + random.uniform(0, 0.005)
    made_s = one.began_s + daw.clock_ahead_s + random.uniform(0, 0.3)
    begun = datetime.fromtimestamp(made_s, UTC).replace(tzinfo=None, microsecond=0)
    within_s = DATED.get(daw.form, timedelta(seconds=1)).total_seconds()
    closed_s = one.began_s + one.length_s + random.uniform(0, 1)
    is_named = parts.recorded is not None and not (daw.has_headers and within_s > 1)
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
        recorded=parts.recorded if is_named else begun if daw.has_headers else None,
        recorded_within_s=within_s if is_named else 1.0,
        changed_ns=round((NOON_S + 90_000 + order / 50 if daw.is_copy else closed_s) * 1e9),
    )
