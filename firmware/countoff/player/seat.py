"""The player's seat: keeps one player running, replaces it when it dies or falls silent.

On the controller's owner thread; nothing here waits. Where the output asked for cannot be opened,
a virtual one sits in, by name, while the real one is tried again.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.events import (
    AudioLost,
    ClickGap,
    ClickStopped,
    ClockFitted,
    ClockJumped,
    Mishap,
    Part,
    PartReported,
    PartState,
    PlayerCounted,
)
from countoff.player.counters import Cell, counts, read_counts
from countoff.player.link import Opened, OpenFailed, PlayerLink, PlayerSettings, level_gain
from countoff.player.loopback import LoopbackListener
from countoff.processes.arrivals import Arrivals
from countoff.processes.heartbeat import Heartbeat
from countoff.processes.respawn import Respawn
from countoff.processes.wire import PeerGoneError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.events import Event
    from countoff.core.plan import Click

_MS = 1_000_000
# A callback that has not been entered for this long hangs, unless its blocks are very long: then one
# late block must not cost a healthy player its life.
SILENT_NS = 200 * _MS
_SILENT_BLOCKS = 3
# Opening a device may take a while; longer than this it hangs.
OPENING_NS = 5000 * _MS
FIT_EVERY_NS = 250 * _MS
FIRST_FIT_EVERY_NS = 20 * _MS
_COUNT_EVERY_NS = 250 * _MS
# A server in trouble reports some at every look; an entry this often says as much.
_XRUNS_EVERY_NS = 250 * _MS
# A new stream stays silent until its clock is known this well, or cannot be known better.
_GOOD_RESIDUAL_NS = 1 * _MS
_SETTLING_NS = 1000 * _MS
_LEAVING_S = 0.5


class PlayerSeat:
    """One seat: the player that sounds, a candidate to take its place, and those on their way out."""

    def __init__(self, settings: PlayerSettings, level_db: float = 0.0) -> None:
        """Seat a player with `settings` that begins at `level_db`; `start` runs it."""
        self._settings = settings
        # Where a device was asked for, or has been here, a virtual output in its place is a fault
        # and not just how this machine is.
        self._is_device_known = settings.is_device_demanded or bool(settings.device)
        self._expects_device = self._is_device_known
        self._epoch = 0
        self._player: PlayerLink | None = None
        self._candidate: PlayerLink | None = None
        self._leaving: list[PlayerLink] = []
        self._candidate_since_ns = 0
        self._heartbeat = Heartbeat()
        self._respawn = Respawn()
        self._arrivals = Arrivals()
        self._why_virtual = ""
        self._level_db = level_db
        self._seated_ns = 0
        self._fit_due_ns = 0
        self._count_due_ns = 0
        self._xruns_told = 0
        self._xruns_due_ns = 0
        self._missed_told = 0
        self._news: list[Event] = []
        self._loopback = LoopbackListener(settings) if settings.loopback_input else None

    def start(self) -> None:
        """Start the first player. Takes some ms."""
        if self._loopback is not None:
            self._loopback.start()
        self._start_candidate(is_virtual=self._settings.is_virtual)

    def descriptors(self) -> list[int]:
        """Return the descriptors that become readable when a player says something or dies."""
        links = (self._player, self._candidate)
        return [link.child.fileno() for link in links if link is not None]

    def poll(self) -> list[Event]:
        """Judge the players by their newest words and heartbeats; return what has happened."""
        events, self._news = self._news, []
        if self._loopback is not None:
            events.extend(self._loopback.found())
        self._poll_candidate(events)
        self._poll_player(events)
        now_ns = time.monotonic_ns()
        wants_device = self._player is None or (self._expects_device and self._is_stand_in())
        if wants_device and self._arrivals.have_come(now_ns):
            self._respawn.hurry()
        is_due = now_ns >= self._respawn.due_ns
        # Where somebody sits in, the next to try is made ready meanwhile: starting takes longer than
        # opening, and a device that comes back finds it waiting.
        if self._candidate is None and wants_device and (is_due or self._player is not None):
            self._start_candidate(is_virtual=self._settings.is_virtual, waits=not is_due)
            events.extend(self._news)
            self._news = []
        elif self._candidate is not None and self._candidate.is_waiting and is_due:
            self._open_candidate(self._candidate, now_ns)
        self._leaving = [link for link in self._leaving if link.child.is_alive()]
        return events

    def start_clicks(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Play `clicks` on stream `epoch` instead of what sounds; nothing where it has gone."""
        if player := self._playing(epoch):
            with suppress(PeerGoneError):
                player.start_clicks(clicks)
            if self._loopback is not None:
                self._loopback.begin(epoch, clicks)

    def extend_clicks(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Append `clicks` to what stream `epoch` plays."""
        if player := self._playing(epoch):
            with suppress(PeerGoneError):
                player.extend_clicks(clicks)
            if self._loopback is not None:
                self._loopback.extend(clicks)

    def silence_from(self, epoch: int, frame: int) -> None:
        """Let no click start at or after `frame` of stream `epoch`."""
        if player := self._playing(epoch):
            with suppress(PeerGoneError):
                player.silence_from(frame)
            if self._loopback is not None:
                self._loopback.silence_from(frame)

    def stop_clicks(self) -> None:
        """Fade out whatever sounds."""
        if self._player is not None:
            with suppress(PeerGoneError):
                self._player.stop_clicks()
            if self._loopback is not None:
                self._loopback.stop(self._player.stop_serial)

    def set_level(self, level_db: float) -> None:
        """Set the level, also of players to come."""
        self._level_db = level_db
        if self._player is not None:
            with suppress(PeerGoneError):
                self._player.set_level(level_db)
        if self._loopback is not None:
            self._loopback.set_level(level_gain(level_db))

    def counts(self) -> dict[str, int]:
        """Return what the player that sounds has counted, by name; nothing where none does.

        Any thread; does not block.
        """
        player = self._player
        return counts(player.child.counters) if player is not None else {}

    @property
    def opened(self) -> Opened | None:
        """The output that sounds, or stands in for one; None where none does. Any thread."""
        player = self._player
        return player.opened if player is not None else None

    def close(self) -> None:
        """Let the players fade and go; kill what has not gone within half a second. May block."""
        if self._loopback is not None:
            self._loopback.close()
        links = [link for link in (self._player, self._candidate) if link is not None]
        for link in links:
            link.child.socket.close()
        for link in (*links, *self._leaving):
            if not link.child.gone_within(_LEAVING_S):
                link.child.kill()
                link.child.gone_within(_LEAVING_S)

    # What cannot be sent to a dying player is not missed: the next poll finds it dead, and its
    # successor gets the plan from the rules.
    def _playing(self, epoch: int) -> PlayerLink | None:
        return self._player if self._player is not None and self._player.epoch == epoch else None

    def _is_stand_in(self) -> bool:
        opened = self._player.opened if self._player is not None else None
        return opened is not None and opened.is_virtual and not self._settings.is_virtual

    def _open_candidate(self, candidate: PlayerLink, now_ns: int) -> None:
        self._candidate_since_ns = now_ns
        # One that has died meanwhile is found by the next poll.
        with suppress(PeerGoneError):
            candidate.open()

    def _start_candidate(self, *, is_virtual: bool, waits: bool = False) -> None:
        self._epoch += 1
        self._candidate_since_ns = time.monotonic_ns()
        self._respawn.started()
        candidate = PlayerLink(replace(self._settings, is_virtual=is_virtual), self._epoch)
        try:
            candidate.start(waits=waits)
        except OSError as error:
            # No memory or no process left: the seat stays as it is until the next try.
            sentence = f"The player cannot be started: {error}. It is tried again."
            self._respawn.failed(time.monotonic_ns())
            if self._player is None:
                now_ns = time.monotonic_ns()
                self._news.append(PartReported(now_ns, Part.AUDIO, PartState.FAULT, sentence))
            return
        self._candidate = candidate

    def _poll_candidate(self, events: list[Event]) -> None:
        candidate = self._candidate
        if candidate is None:
            return
        try:
            said = candidate.poll()
        except PeerGoneError:
            said = [OpenFailed("The player ended while it opened the output.", is_hung=True)]
        opening_ns = time.monotonic_ns() - self._candidate_since_ns
        is_too_long = not candidate.is_waiting and opening_ns > OPENING_NS
        if not said and is_too_long:
            sentence = f"The output did not open within {OPENING_NS / 1e9:.0f} s."
            said = [OpenFailed(sentence, is_hung=True)]
        for word in said:
            if isinstance(word, Opened):
                self._seat(candidate, word, events)
            else:
                self._dismiss(candidate, word, events)

    def _seat(self, candidate: PlayerLink, opened: Opened, events: list[Event]) -> None:
        """Let the candidate take the seat; who sat there fades and goes."""
        if self._player is not None:
            events.append(self._counted(self._player, time.monotonic_ns()))
            self._player.child.socket.close()
            self._leaving.append(self._player)
        self._player, self._candidate = candidate, None
        self._heartbeat = Heartbeat()
        self._seated_ns = time.monotonic_ns()
        self._fit_due_ns = self._count_due_ns = self._xruns_told = self._missed_told = 0
        if not opened.is_virtual:
            self._is_device_known = self._expects_device = True
            self._why_virtual = ""
            # Whatever comes in its place, or becomes the system's default meanwhile, is another one.
            if self._settings.before is None:
                self._settings = replace(self._settings, before=opened.device)
        if not self._is_stand_in():
            self._respawn.works(self._seated_ns)
        if self._loopback is not None and opened.is_virtual:
            self._loopback.follow_nobody()
        elif self._loopback is not None:
            cells = candidate.child.counters
            self._loopback.follow(candidate.epoch, cells, opened.rate_hz)
        self.set_level(self._level_db)
        events.append(self._part_report(opened))
        if opened.sound_faults:
            sentence = " ".join(opened.sound_faults)
            now_ns = time.monotonic_ns()
            events.append(PartReported(now_ns, Part.CONFIGURATION, PartState.FAULT, sentence))

    def _dismiss(self, candidate: PlayerLink, failed: OpenFailed, events: list[Event]) -> None:
        """Give the candidate up; where nobody sits, a virtual output does until the next try."""
        candidate.child.kill()
        self._leaving.append(candidate)
        self._candidate = None
        self._why_virtual = failed.sentence
        if not candidate.settings.is_virtual and not self._is_device_known:
            # Something hung in there: nobody takes its stand-in for what is usual on this machine,
            # until a later try says plainly that it has no output.
            self._expects_device = failed.is_hung
        self._respawn.failed(time.monotonic_ns())
        if self._player is None:
            self._start_candidate(is_virtual=True)
        elif self._player.opened is not None:
            events.append(self._part_report(self._player.opened))

    def _part_report(self, opened: Opened) -> PartReported:
        now_ns = time.monotonic_ns()
        if not opened.is_virtual:
            return PartReported(now_ns, Part.AUDIO, PartState.OK)
        if self._expects_device:
            return PartReported(now_ns, Part.AUDIO, PartState.FAULT, self._why_virtual)
        sentence = self._why_virtual or "The configuration asks for the virtual output."
        return PartReported(now_ns, Part.AUDIO, PartState.VIRTUAL, sentence)

    def _poll_player(self, events: list[Event]) -> None:
        player = self._player
        if player is None:
            return
        why_lost = ""
        try:
            player.poll()
        except PeerGoneError:
            why_lost = "The player has died."
        now_ns = time.monotonic_ns()
        heartbeat_ns = player.cell(Cell.HEARTBEAT_NS)
        silent_ns = self._heartbeat.silent_ns(heartbeat_ns, now_ns)
        limit_ns = longest_silence_ns(heartbeat_ns, player.cell(Cell.BLOCK_NS))
        if not why_lost and silent_ns > limit_ns:
            why_lost = f"The audio callback has been silent for {silent_ns // _MS} ms."
        self._tell_counters(player, now_ns, events)
        if why_lost or now_ns >= self._count_due_ns:
            # Also of one that has died: its memory holds what it counted to its end.
            self._count_due_ns = now_ns + _COUNT_EVERY_NS
            events.append(self._counted(player, now_ns))
        if why_lost:
            self._lose(player, why_lost, events)

    def _tell_counters(self, player: PlayerLink, now_ns: int, events: list[Event]) -> None:
        events.extend(
            ClickGap(gap.at_ns, player.epoch, gap.frame, gap.lost_frames)
            for gap in player.new_gaps()
        )
        xruns = player.cell(Cell.SERVER_XRUNS)
        if xruns > self._xruns_told and now_ns >= self._xruns_due_ns:
            count = xruns - self._xruns_told
            events.append(Mishap(now_ns, "server xrun", f"The sound server reported {count}."))
            self._xruns_told = xruns
            self._xruns_due_ns = now_ns + _XRUNS_EVERY_NS
        missed = player.cell(Cell.MISSED_CLICKS)
        if missed > self._missed_told:
            count = missed - self._missed_told
            events.append(Mishap(now_ns, "missed clicks", f"{count} came too late to be played."))
            self._missed_told = missed
        stop_frame = player.stop_frame()
        if stop_frame is not None:
            events.append(ClickStopped(now_ns, player.epoch, stop_frame))
        # A click whose frames mean another time now is off until that is found.
        if player.note_troubles(now_ns) or now_ns >= self._fit_due_ns:
            self._fit(player, now_ns, events)

    def _counted(self, player: PlayerLink, now_ns: int) -> PlayerCounted:
        counted = read_counts(player.child.counters, now_ns)
        is_stand_in = self._expects_device and self._is_stand_in()
        return PlayerCounted(now_ns, player.stream, player.epoch, counted, is_stand_in)

    def _fit(self, player: PlayerLink, now_ns: int, events: list[Event]) -> None:
        fit, jump_ns = player.clock_fit(now_ns)
        if fit is not None and jump_ns:
            # Frames that mean another time are another epoch: the rules lay the take onto it anew.
            self._epoch += 1
            player.epoch = self._epoch
            fit = replace(fit, epoch=self._epoch)
            events.append(ClockJumped(now_ns, self._epoch, jump_ns))
        is_good = fit is not None and (
            fit.residual_ns <= _GOOD_RESIDUAL_NS or now_ns - self._seated_ns > _SETTLING_NS
        )
        self._fit_due_ns = now_ns + (FIT_EVERY_NS if is_good else FIRST_FIT_EVERY_NS)
        if fit is not None and is_good:
            is_stand_in = self._expects_device and self._is_stand_in()
            events.append(ClockFitted(now_ns, fit, is_stand_in))

    def _lose(self, player: PlayerLink, why: str, events: list[Event]) -> None:
        now_ns = time.monotonic_ns()
        player.child.kill()
        self._leaving.append(player)
        self._player = None
        if self._loopback is not None:
            self._loopback.follow_nobody()
        self._respawn.failed(now_ns)
        events.append(AudioLost(now_ns, why))
        events.append(PartReported(now_ns, Part.AUDIO, PartState.FAULT, why))


def longest_silence_ns(heartbeat_ns: int, block_ns: int) -> int:
    """Return how long a callback may be silent whose blocks last `block_ns`.

    One that is yet to be entered for the first time (`heartbeat_ns` 0) waits for its device to start.
    """
    return max(SILENT_NS, _SILENT_BLOCKS * block_ns) if heartbeat_ns else OPENING_NS
