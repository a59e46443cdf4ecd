"""What lies on the tracks of a DAW's project: a lane a take, and one with the comp. Pure.

A recording lies where its take's bar 1 says, to the sample. A take that nothing was recorded of, or nothing
is known to be, is an empty item in its place, named for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from countoff.export.timeline import Layout, frame_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from countoff.export.recordings.values import MatchedRecordings, PlacedRecording, Recording
    from countoff.export.timeline import CompPiece, LaidComp, LaidSong, LaidTake, Timeline

COMP: Final = "Comp"
# The track that takes lie on where there are no recordings.
_NO_RECORDINGS: Final = "Takes"
_SIDES: Final = {"L": -1, "R": 1}


@dataclass(frozen=True, slots=True)
class Sound:
    """What a recording gives an item.

    path:   of the file, where it lay when it was read
    from_s: the place in the file with which the item begins, exactly
    """

    recording: Recording
    path: Path
    from_s: Fraction


@dataclass(frozen=True, slots=True)
class Item:
    """Something on a lane, from one frame of the project to another.

    group:    the same for what lies on all tracks together, from 1
    is_moved: it lies elsewhere than in its take: another pass of a loop
    """

    take_id: str
    title: str
    start_frame: int
    end_frame: int
    sound: Sound | None
    group: int
    fade_in_frames: int = 0
    fade_out_frames: int = 0
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """Items that lie beside no other: a take, or the comp, whose `take_id` is None."""

    title: str
    take_id: str | None
    plays: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class DawTrack:
    """A track.

    side:  -1 and 1 for the left and the right of split stereo, else 0
    lanes: where takes are stacked one a take, after the comp's if there is one; else a single one
    """

    title: str
    side: int
    lanes: tuple[Lane, ...]


def daw_tracks(
    timeline: Timeline, recordings: MatchedRecordings | None = None
) -> tuple[DawTrack, ...]:
    """Return the tracks of a project; none before tracking."""
    if not timeline.takes:
        return ()
    seats = _seats(timeline, recordings) or (_Seat(_NO_RECORDINGS, ""),)
    return tuple(_track(timeline, recordings, seat) for seat in seats)


@dataclass(frozen=True, slots=True)
class _Seat:
    """What gives a track of its own: a microphone, or one side of a pair in two files."""

    name: str
    side: str

    @property
    def title(self) -> str:
        return f"{self.name} {self.side}" if self.side else self.name


def _seats(timeline: Timeline, recordings: MatchedRecordings | None) -> tuple[_Seat, ...]:
    if recordings is None:
        return ()
    ids = {take.id for take in timeline.takes}
    found = {
        _Seat(track.name, placed.recording.side): None
        for take in recordings.takes
        if take.take_id in ids
        for track in take.tracks
        for placed in track.recordings
    }
    in_order = list(recordings.track_names)
    return tuple(sorted(found, key=lambda seat: (in_order.index(seat.name), seat.side)))


def _track(timeline: Timeline, recordings: MatchedRecordings | None, seat: _Seat) -> DawTrack:
    side = _SIDES.get(seat.side, 0)
    items = {
        take.id: _whole(timeline, recordings, take, seat, group)
        for group, take in enumerate(timeline.takes, start=1)
    }
    if timeline.layout is Layout.STRUNG_OUT:
        in_place = tuple(items[take.id] for take in timeline.takes)
        return DawTrack(seat.title, side, (Lane(_NO_RECORDINGS, None, plays=True, items=in_place),))
    (song,) = timeline.songs
    comp = song.comp if song.comp is not None and song.comp.pieces else None
    lanes = (
        [] if comp is None else [_comp_lane(comp, song, items, len(items) + 1, timeline.rate_hz)]
    )
    chosen_id = None if comp is not None else _last_played(song)
    lanes += [_take_lane(take, items[take.id], plays=take.id == chosen_id) for take in song.takes]
    return DawTrack(seat.title, side, tuple(lanes))


def _take_lane(take: LaidTake, item: Item, *, plays: bool) -> Lane:
    return Lane(f"{take.label} {take.name}".strip(), take.id, plays, (item,))


def _last_played(song: LaidSong) -> str:
    """Return the take that plays where there is no comp: its master, or the last one that was played."""
    if song.comp is not None:
        return song.comp.master_id
    played = [take for take in song.takes if take.status == "ended"]
    return (played or song.takes)[-1].id


def _whole(
    timeline: Timeline,
    recordings: MatchedRecordings | None,
    take: LaidTake,
    seat: _Seat,
    group: int,
) -> Item:
    """Return a take in its place: all of its recording, or an empty item."""
    placed = _placed(recordings, take, seat)
    if placed is None or recordings is None:
        end_frame = max(take.end_frame, take.start_frame + 1)
        return Item(take.id, take.title, take.start_frame, end_frame, None, group)
    recording, rate_hz = placed.recording, timeline.rate_hz
    begins_s = take.bar1_s + Fraction(placed.bar1_offset_frames, recording.rate_hz)
    ends_s = begins_s + Fraction(recording.length_frames, recording.rate_hz)
    # What was recorded before the project's beginning stays in the file.
    start_frame = max(frame_of(begins_s, rate_hz), 0)
    from_s = -begins_s if begins_s < 0 else Fraction(0)
    end_frame = max(frame_of(ends_s, rate_hz), start_frame + 1)
    sound = Sound(recording, recordings.folder / recording.path, from_s)
    return Item(take.id, take.title, start_frame, end_frame, sound, group)


def _placed(
    recordings: MatchedRecordings | None, take: LaidTake, seat: _Seat
) -> PlacedRecording | None:
    matched = None if recordings is None else recordings.of_take(take.id)
    if matched is None:
        return None
    return next(
        (
            placed
            for track in matched.tracks
            if track.name == seat.name
            for placed in track.recordings
            if placed.recording.side == seat.side
        ),
        None,
    )


def _comp_lane(
    comp: LaidComp, song: LaidSong, items: dict[str, Item], group: int, rate_hz: int
) -> Lane:
    titles = {choice.section_index: choice.section_title for choice in comp.choices}
    takes = {take.id: take for take in song.takes}
    pieces = []
    for number, piece in enumerate(comp.pieces):
        sections = [titles[index] for index in piece.section_indices]
        title = f"{takes[piece.take_id].label} {_from_to(sections)}"
        found = _piece(piece, items[piece.take_id], title, group + number, rate_hz)
        if found is not None:
            pieces.append(found)
    return Lane(COMP, None, plays=True, items=tuple(pieces))


def _from_to(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{titles[0]} - {titles[-1]}"


def _piece(piece: CompPiece, whole: Item, title: str, group: int, rate_hz: int) -> Item | None:
    """Return a piece of the comp as far as the take's recording goes; None where that has nothing of it."""
    later_frames = piece.source_frame - piece.start_frame
    start_frame, end_frame, sound = piece.start_frame, piece.end_frame, whole.sound
    if sound is not None:
        start_frame = max(start_frame, whole.start_frame - later_frames)
        end_frame = min(end_frame, whole.end_frame - later_frames)
        if end_frame <= start_frame:
            return None
        after_frames = start_frame + later_frames - whole.start_frame
        from_s = sound.from_s + Fraction(after_frames, rate_hz)
        sound = Sound(sound.recording, sound.path, from_s)
    return Item(
        piece.take_id,
        title,
        start_frame,
        end_frame,
        sound,
        group,
        piece.fade_in_frames if start_frame == piece.start_frame else 0,
        piece.fade_out_frames if end_frame == piece.end_frame else 0,
        is_moved=later_frames != 0,
    )
