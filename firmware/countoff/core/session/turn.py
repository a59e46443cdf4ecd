"""One turn of the rules: the state as it changes, and the actions as they gather.

Lives only inside one call of `step`; nothing outside sees it, so `step` stays pure.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from countoff.core.actions import WriteLog
from countoff.core.entries import IncidentHappened
from countoff.core.session.state import Message

if TYPE_CHECKING:
    from countoff.core.actions import Action
    from countoff.core.entries import Entry
    from countoff.core.session.pedals import Phase
    from countoff.core.session.state import State, Take
    from countoff.core.tempo import BarBeat

_MESSAGE_NS = 2_500_000_000


class Turn:
    """The state before, and what becomes of it, at host time `at_ns`."""

    def __init__(self, state: State, at_ns: int) -> None:
        """Begin with `state`; nothing has happened yet."""
        self.state = state
        self.at_ns = at_ns
        self.now_ns = at_ns
        """What it is by now, at least: a rule may come late to its own moment."""
        self.actions: list[Action] = []

    def update(self, **changes: Any) -> None:  # noqa: ANN401 (dataclasses.replace checks them)
        """Replace fields of the state."""
        self.state = replace(self.state, **changes)

    def do(self, *actions: Action) -> None:
        """Have `actions` done after those already gathered."""
        self.actions.extend(actions)

    def log(self, entry: Entry) -> None:
        """Have `entry` written into the take log."""
        self.do(WriteLog(entry))

    def say(self, text: str, for_ns: int = _MESSAGE_NS) -> None:
        """Show one line on the screen for a moment."""
        self.update(message=Message(text, self.at_ns + for_ns))

    def new_id(self) -> str:
        """Return an id that is unique in the world and the same whenever this turn is replayed."""
        count = self.state.ids_made + 1
        self.update(ids_made=count)
        return str(uuid.uuid5(self.state.run_id, str(count)))

    @property
    def take(self) -> Take:
        """The running take. Raises ValueError where there is none: a rule asked out of turn."""
        if self.state.take is None:
            message = f"There is no running take in phase {self.state.phase}."
            raise ValueError(message)
        return self.state.take

    def enter(self, phase: Phase, *, by_itself: bool = False) -> None:
        """Change the phase; `by_itself` where time did it and not a press."""
        self.update(phase=phase, phase_since_ns=self.at_ns, phase_came_by_itself=by_itself)

    def update_take(self, **changes: Any) -> None:  # noqa: ANN401 (as in update)
        """Replace fields of the running take."""
        self.update(take=replace(self.take, **changes))

    def update_confirmation(self, **changes: Any) -> None:  # noqa: ANN401 (as in update)
        """Replace fields of what the DAW has said of the running take."""
        self.update_take(confirmation=replace(self.take.confirmation, **changes))

    def tick_now(self, at_ns: int | None = None) -> int:
        """Return the running take's tick at `at_ns` (by default now)."""
        tick = self.state.tick_at_ns(self.at_ns if at_ns is None else at_ns)
        if tick is None:
            message = "A running take has a clock."
            raise ValueError(message)
        return tick

    def frame_now(self, at_ns: int | None = None) -> int:
        """Return the frame that sounds at `at_ns` (by default now); 0 before any stream ran."""
        clock = self.state.clock
        return 0 if clock is None else clock.frame_at_ns(self.at_ns if at_ns is None else at_ns)

    def place_now(self, at_ns: int | None = None) -> BarBeat:
        """Return the running take's bar and beat at `at_ns` (by default now)."""
        return self.take.place_at_tick(self.tick_now(at_ns))

    def incident(self, kind: str, detail: str, frame: int | None = None) -> None:
        """Log what could have spoilt a take, at `frame` of the stream or now."""
        take, clock = self.state.take, self.state.clock
        if take is not None and take.is_rehearsal:
            take = None
        place = None
        if take is not None:
            self.update_take(incident_count=take.incident_count + 1)
            if frame is None and clock is not None and clock.epoch == take.epoch:
                frame = self.frame_now()
            # A ring-out is not laid onto a new stream: there it is still where its music ended.
            at_frame = take.grid.tick_at_frame(frame) if frame is not None else None
            place = take.ended_at if at_frame is None else take.place_at_tick(at_frame)
            if place is not None:
                self.update_take(account=self.take.account.with_incident(kind, place))
        self._log_incident(take, kind, detail, frame, place)

    def incident_of_last_take(self, kind: str, detail: str) -> None:
        """Log what could have spoilt the take just ended, at the place where its music ended."""
        take = self.state.last_take
        if take is not None:
            self.update(last_take=replace(take, incident_count=take.incident_count + 1))
        self._log_incident(take, kind, detail, None, take.ended_at if take is not None else None)

    def incident_of_closed_take(self, take: Take, kind: str, detail: str, frame: int) -> None:
        """Log what could have spoilt a take that is over, at `frame` of its stream."""
        last = self.state.last_take
        if last is not None and last.id == take.id:
            self.update(last_take=replace(last, incident_count=last.incident_count + 1))
        place = take.place_at_tick(take.grid.tick_at_frame(frame))
        self._log_incident(take, kind, detail, frame, place)

    def _log_incident(
        self, take: Take | None, kind: str, detail: str, frame: int | None, place: BarBeat | None
    ) -> None:
        self.log(
            IncidentHappened(
                id=self.new_id(),
                at_ns=self.at_ns,
                take_id=take.id if take is not None else None,
                kind=kind,
                detail=detail,
                epoch=take.epoch if take is not None and frame is not None else None,
                frame=frame,
                bar=place.bar if place else None,
                beat=place.beat if place else None,
            )
        )
