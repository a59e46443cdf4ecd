"""Pictures of the front panel, drawn by the panel itself on a scripted session. For scripts/pictures.

The session is played through the real rules and served on a real control socket. In the SVG that the
panel exports, every block, braille and frame character is redrawn as a shape, so that the picture is
the same in every viewer, whatever fonts that has.
"""

from __future__ import annotations

import asyncio
import html
import re
import tempfile
import time
import unicodedata
import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countoff.control.socket import ControlSocket
from countoff.control.status import LogCounts, status_of
from countoff.core.actions import WriteLog
from countoff.core.counts import StreamCounts
from countoff.core.events import (
    ActionAsked,
    ClickGap,
    ClockFitted,
    Part,
    PartReported,
    PartState,
    Pedal,
    PedalMoved,
    PlayerCounted,
    SongAsked,
    TimePassed,
)
from countoff.core.screen.pages import draw
from countoff.core.section import COMMON_TIME, Section
from countoff.core.session.state import State
from countoff.core.session.step import step
from countoff.core.session.view import screen_view
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.core.timebase import ClockFit
from countoff.panel import paint
from countoff.panel.faceplate import Faceplate
from countoff.panel.lamp import Lens
from countoff.takelog.recent import RecentTakes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from countoff.core.events import Event

_SMALL, _LARGE = (112, 33), (176, 46)

_MS = 1_000_000
_SECOND = 1000 * _MS
_DEADLINE_S = 20
_RATE_HZ = 48_000
_COUNTED_EVERY_NS = 250 * _MS
_PLAYED = steady_song(
    "Long Way Down",
    Tempo(Fraction("113.7")),
    bars=44,
    first_bars=[
        ("Intro", 1),
        ("Verse 1", 5),
        ("Chorus", 13),
        ("Verse 2", 21),
        ("Chorus 2", 29),
    ],
)


def _section(name: str, bars: int, tempo: str, meter: Meter = COMMON_TIME) -> Section:
    return Section(name, bars, (TempoSpan(0, Tempo(Fraction(tempo))),), meter)


_SET_LIST = (
    Song(
        "Kingdom",
        (_section("Intro", 4, "128"), _section("Verse", 16, "128"), _section("Chorus", 16, "128")),
        artist="Nora Vale",
    ),
    Song(
        "Long Way Down",
        (
            _section("Intro", 4, "92.5"),
            _section("Verse 1", 16, "92.5"),
            _section("Chorus 1", 8, "92.5"),
            _section("Verse 2", 16, "92.5"),
            _section("Bridge", 8, "96", Meter(7, 8)),
            _section("Chorus 2", 8, "96"),
            _section("Outro", 4, "96"),
        ),
        artist="The Harbour Lights",
        key="A minor",
    ),
    replace(free_song("Low Tide"), artist="The Harbour Lights"),
    Song("Ember", (_section("", 64, "113.7", Meter(6, 8)),), artist="Kid Marlowe"),
)
_STAND_INS = {
    Part.AUDIO: "No output is there: the click goes to a virtual one.",
    Part.SCREEN: "No screen is wired: it is in the panel.",
    Part.TALLY: "No tally is wired: it is in the panel.",
    Part.PEDALS: "No pedals are wired: they are in the panel.",
}


@dataclass
class _Session:
    """A morning's work, played without waiting; `now_ns` is how far it has come."""

    now_ns: int
    songs: tuple[Song, ...]
    state: State = field(init=False)
    recent: RecentTakes = field(default_factory=lambda: RecentTakes(()))
    entries: int = 0
    start_ns: int = field(init=False)
    lost_frames: int = 0

    def __post_init__(self) -> None:
        self.start_ns = self.now_ns
        self.state = State(run_id=uuid.UUID(int=1), session_id="", songs=self.songs)
        clock = ClockFit(1, _RATE_HZ, 0, self.now_ns, ppm=0.0, residual_ns=0)
        self.take_in(ClockFitted(self.now_ns, clock))
        for part, sentence in _STAND_INS.items():
            self.take_in(PartReported(self.now_ns, part, PartState.VIRTUAL, sentence))

    def take_in(self, event: Event) -> None:
        self.state, actions = step(self.state, event)
        for action in actions:
            if isinstance(action, WriteLog):
                self.recent.take_in(action.entry)
                self.entries += 1

    def pass_s(self, seconds: float) -> None:
        """Let time pass, and the player tell what it has counted."""
        end_ns = self.now_ns + round(seconds * _SECOND)
        while self.now_ns < end_ns:
            self.now_ns = min(self.now_ns + _COUNTED_EVERY_NS, end_ns)
            self.take_in(TimePassed(self.now_ns))
            frame = self._frame_now()
            counts = StreamCounts(
                next_frame=frame,
                frames_delivered=frame - self.lost_frames,
                frames_lost=self.lost_frames,
                gaps=1 if self.lost_frames else 0,
            )
            self.take_in(PlayerCounted(self.now_ns, 1, 1, counts))

    def lose(self, frames: int) -> None:
        """Lose so many frames of the stream."""
        self.lost_frames += frames
        self.take_in(ClickGap(self.now_ns, 1, self._frame_now(), frames))

    def _frame_now(self) -> int:
        return (self.now_ns - self.start_ns) * _RATE_HZ // _SECOND

    def stand_on(self, pedal: Pedal, seconds: float = 0.12) -> None:
        self.take_in(PedalMoved(self.now_ns, pedal, is_down=True))
        self.pass_s(seconds)
        self.take_in(PedalMoved(self.now_ns, pedal, is_down=False))

    def status(self) -> dict[str, Any]:
        image = draw(screen_view(self.state, self.now_ns))
        log = LogCounts(self.entries, self.entries, "")
        takes = self.recent.takes
        return status_of(self.state, self.now_ns, log=log, takes=takes, image=image)


def panel_pictures() -> Iterator[tuple[str, str]]:
    """Yield the name and the SVG of each picture."""
    played, chosen = _played(), _chosen()
    yield "panel", _picture(played, _SMALL)
    yield "panel_large", _picture(played, _LARGE)
    yield "set_list", _picture(chosen, _SMALL, "enter", "enter", *["down"] * 5)


def _picture(status: dict[str, Any], size: tuple[int, int], *keys: str) -> str:
    """Return the SVG of a panel of `size` that shows `status`, after `keys` were pressed."""
    with tempfile.TemporaryDirectory(prefix="countoff-") as folder:
        control = ControlSocket(Path(folder) / "control.sock", lambda _: None)
        control.hold()
        control.start(lambda: status)
        svg = asyncio.run(_exported(control.path, size, keys))
        control.stop()
    return with_shapes(svg)


def _chosen() -> dict[str, Any]:
    """Choose a song, play it a little faster, and loop its bridge."""
    session = _Session(time.monotonic_ns(), _SET_LIST)
    session.take_in(
        SongAsked(session.now_ns, "Long Way Down", "Bridge", is_looped=True, source="panel")
    )
    session.take_in(ActionAsked(session.now_ns, "nudge_up", "panel"))
    session.pass_s(20)
    return session.status()


def _played() -> dict[str, Any]:
    """Play four takes, up to the keeper in the second chorus of the last."""
    session = _Session(time.monotonic_ns(), (_PLAYED,))
    session.stand_on(Pedal.ROLL)
    session.pass_s(11)
    session.stand_on(Pedal.AGAIN)
    session.pass_s(45)
    session.stand_on(Pedal.KEEPER, seconds=0.8)
    session.lose(frames=149)
    session.pass_s(62)
    session.stand_on(Pedal.AGAIN)
    session.pass_s(64)
    session.stand_on(Pedal.KEEPER)
    session.pass_s(60)
    session.stand_on(Pedal.AGAIN)
    session.pass_s(72)
    session.take_in(PedalMoved(session.now_ns, Pedal.KEEPER, is_down=True))
    return session.status()


async def _exported(socket: Path, size: tuple[int, int], keys: Sequence[str]) -> str:
    panel = Faceplate([socket])
    async with panel.run_test(size=size) as pilot:
        deadline_s = time.monotonic() + _DEADLINE_S
        lens = panel.query_one(Lens)
        # A light that blinks is pictured while it is bright.
        while not panel.has_contact or 0 < lens.brightness < 1:
            if time.monotonic() > deadline_s:
                raise TimeoutError("The panel did not come up.")
            await asyncio.sleep(0.01)
        await pilot.press(*keys)
        await pilot.pause()
        return panel.export_screenshot()


# What the exporter's picture is made of: cells of this size, a line of text from this far down.
_CELL_WIDTH = 12.2
_CELL_HEIGHT = 24.4
_LINE_TOP = 1.5
_TEXT = re.compile(
    r'<text class="(?P<style>[^"]+)" x="(?P<x>[\d.]+)" [^>]*line-(?P<line>\d+)\)">'
    r"(?P<text>[^<]*)</text>"
)
_FILL = re.compile(r"\.(?P<style>[\w-]+) \{ fill: (?P<colour>#\w+)[^}]*\}")
_FRAME = {
    "─": ("left", "right"),
    "│": ("up", "down"),
    "╭": ("right", "down"),
    "╮": ("left", "down"),
    "╰": ("right", "up"),
    "╯": ("left", "up"),
}
_BLOCKS = {"▀": (0.0, 0.5), "▄": (0.5, 0.5), "█": (0.0, 1.0)}
_BRAILLE_PLACES = {
    "1": (0, 0),
    "2": (0, 1),
    "3": (0, 2),
    "4": (1, 0),
    "5": (1, 1),
    "6": (1, 2),
    "7": (0, 3),
    "8": (1, 3),
}
# A dot of the screen leaves a dark line to its neighbours, as on the glass.
_DOT_SHARE = 0.84


def with_shapes(svg: str) -> str:
    """Return the exported picture with shapes for characters, and without its window and fonts."""
    fills = {match["style"]: match["colour"] for match in _FILL.finditer(svg)}
    solids: dict[str, list[str]] = defaultdict(list)
    strokes: dict[str, list[str]] = defaultdict(list)

    def redraw(match: re.Match[str]) -> str:
        text = html.unescape(match["text"]).rstrip("\n")
        colour = fills[match["style"]]
        top = int(match["line"]) * _CELL_HEIGHT + _LINE_TOP
        left = float(match["x"])
        kept = []
        for place, character in enumerate(text):
            x = left + place * _CELL_WIDTH
            if character in _FRAME:
                strokes[colour].append(_frame(character, x, top))
            elif character in _BLOCKS or unicodedata.name(character, "").startswith("BRAILLE"):
                solids[colour].extend(_solids(character, x, top))
            else:
                kept.append(character)
                continue
            kept.append("\N{NO-BREAK SPACE}")
        words = "".join(kept)
        if not words.strip():
            return ""
        return match[0].replace(match["text"], html.escape(words))

    svg = _TEXT.sub(redraw, svg)
    shapes = [f'<path fill="{colour}" d="{"".join(d)}"/>' for colour, d in solids.items()]
    shapes += [
        f'<path fill="none" stroke="{colour}" stroke-width="1.6" d="{"".join(d)}"/>'
        for colour, d in strokes.items()
    ]
    return _undressed(svg, shapes)


def _solids(character: str, x: float, top: float) -> Iterable[str]:
    if character in _BLOCKS:
        down, share = _BLOCKS[character]
        yield _box(x, top + down * _CELL_HEIGHT, _CELL_WIDTH, share * _CELL_HEIGHT)
        return
    name = unicodedata.name(character)
    width, height = _CELL_WIDTH / 2, _CELL_HEIGHT / 4
    for number in "" if name.endswith("BLANK") else name.rpartition("-")[2]:
        across, down = _BRAILLE_PLACES[number]
        yield _box(x + across * width, top + down * height, width * _DOT_SHARE, height * _DOT_SHARE)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z"


def _frame(character: str, x: float, top: float) -> str:
    """Return the path through a cell that leaves it where the character's lines do."""
    middle = x + _CELL_WIDTH / 2, top + _CELL_HEIGHT / 2
    ends = {
        "left": (x, middle[1]),
        "right": (x + _CELL_WIDTH, middle[1]),
        "up": (middle[0], top),
        "down": (middle[0], top + _CELL_HEIGHT),
    }
    (ax, ay), (bx, by) = (ends[side] for side in _FRAME[character])
    return f"M{ax:.2f} {ay:.2f}Q{middle[0]:.2f} {middle[1]:.2f} {bx:.2f} {by:.2f}"


def _undressed(svg: str, shapes: list[str]) -> str:
    """Put the shapes in, take the window's buttons and the fonts from elsewhere out."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono"')
    svg = re.sub(r'<g transform="translate\(26,22\)">.*?</g>', "", svg, flags=re.DOTALL)
    svg = svg.replace("#292929", paint.FACE).replace("rgba(255,255,255,0.35)", paint.BEZEL)
    before, matrix, after = svg.partition('<g class="terminal-')
    if not matrix:
        raise ValueError("The exported picture has no text: its form has changed.")
    svg = before + "".join(shapes) + matrix + after
    return re.sub(r"\n\s*\n+", "\n", svg)
