"""The red light never lies: any sequence of events at all, judged by what the DAW said last.

The oracle knows four things and nothing of the rules: the last word since the port was there, the
last sign of life, whether the port is there, and the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.session.conftest import Studio
from countoff.core.actions import DawCommand, ExtendClicks, StartClicks
from countoff.core.daw import DawAbilities, DawTransport, OnRecord, OnStop, WithoutAnswer
from countoff.core.events import DawHeard, DawNotTold, DawTold, Part, PartState, Pedal
from countoff.core.session.lighting import next_light_change_ns, tally_view
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from countoff.core.actions import Action
    from countoff.core.events import Event

SECOND = 1_000_000_000
# What lay in the queue for longer than this may find the count-in flashing already.
LATE_NS = SECOND // 10
SHORT_S = st.one_of(st.floats(0, 0.1), st.floats(0, 1.2), st.floats(0, 8))


class Witness:
    """What may be believed of the DAW, in a few lines."""

    def __init__(self, *, shows_life: bool) -> None:
        self.shows_life = shows_life
        self.word: DawTransport | None = None
        self.life_ns = 0
        self.is_port_there = True
        self.gone_ns = 0

    def notice(self, event: DawHeard) -> None:
        """Hear the DAW; what left it before its port went is old."""
        if event.at_ns < self.gone_ns:
            return
        self.word = event.transport or self.word
        self.life_ns = max(self.life_ns, event.at_ns)

    def port(self, part_state: PartState, at_ns: int) -> None:
        """See the port come and go."""
        was_there, self.is_port_there = self.is_port_there, part_state in ("ok", "virtual")
        if was_there and not self.is_port_there:
            self.word, self.gone_ns = None, at_ns

    def allows_solid(self, at_ns: int) -> bool:
        """Tell whether solid red is the truth."""
        is_alive = not self.shows_life or at_ns - self.life_ns <= SECOND
        return self.word == "recording" and is_alive and self.is_port_there


class Dumb(Studio):
    """A studio in which nobody minds whether a click that is asked for too late still sounds."""

    def _do(self, action: Action) -> None:
        if not isinstance(action, StartClicks | ExtendClicks):
            super()._do(action)


class RedLight(RuleBasedStateMachine):
    """A studio to which anything happens, and the witness beside it."""

    @initialize(
        shows_life=st.booleans(),
        refuses=st.booleans(),
        ends=st.booleans(),
        logs=st.booleans(),
        can_mark=st.booleans(),
    )
    def open(
        self, *, shows_life: bool, refuses: bool, ends: bool, logs: bool, can_mark: bool
    ) -> None:
        """Open the studio with any configuration."""
        abilities = DawAbilities(can_answer=True, shows_life=shows_life, can_mark=can_mark)
        self.studio = Dumb(
            daw=abilities,
            without_answer=WithoutAnswer.REFUSE if refuses else WithoutAnswer.WARN,
            on_stop=OnStop.END if ends else OnStop.WARN,
            on_record=OnRecord.LOG if logs else OnRecord.IGNORE,
        )
        self.witness = Witness(shows_life=shows_life)
        self.has_audio = True
        self.epoch = 1
        self.is_now_allowed = False

    def feed(self, event: Event) -> None:
        """Let the studio take one event in."""
        self.is_now_allowed = False
        self.studio.feed(event)

    @rule(wait_s=SHORT_S)
    def let_time_pass(self, wait_s: float) -> None:
        """Let time pass, and look at the light at each moment at which it may change."""
        end_ns = self.studio.now_ns + round(wait_s * SECOND)
        self.is_now_allowed = False
        while True:
            change_ns = next_light_change_ns(self.studio.state, self.studio.now_ns)
            if change_ns is None or change_ns > end_ns:
                break
            self._run_to(change_ns)
            self.judge()
        self._run_to(end_ns)

    def _run_to(self, at_ns: int) -> None:
        self.studio.run_to((at_ns - self.studio.ns(0)) / 1e9)
        self.studio.now_ns = max(self.studio.now_ns, at_ns)

    @rule(
        word=st.sampled_from([*DawTransport, DawTransport.RECORDING, DawTransport.RECORDING, None]),
        ago_s=st.sampled_from([0, 0, 0, 0.02, 0.4, 2.0]),
    )
    def hear(self, word: DawTransport | None, ago_s: float) -> None:
        """Hear the DAW, sometimes late: the queue was long."""
        now_ns = self.studio.now_ns
        event = DawHeard(now_ns - round(ago_s * SECOND), word)
        was_allowed = self.witness.allows_solid(now_ns)
        self.feed(event)
        self.witness.notice(event)
        is_fresh = ago_s * SECOND < LATE_NS
        self.is_now_allowed = is_fresh and self.witness.allows_solid(now_ns) and not was_allowed

    @rule(pedal=st.sampled_from(Pedal), hold_s=st.sampled_from([0.0, 0.15, 0.15, 0.7, 2.2]))
    def press(self, pedal: Pedal, hold_s: float) -> None:
        """Step on a pedal."""
        self.is_now_allowed = False
        self.studio.press(pedal, self.studio.now_s, hold_s)

    @rule(action=st.sampled_from(["start", "stop", "start", "end_at_bar", "next_take", "keeper"]))
    def ask(self, action: str) -> None:
        """Ask for something at the panel."""
        self.is_now_allowed = False
        self.studio.ask(action, self.studio.now_s)

    @rule(part=st.sampled_from([Part.DAW, Part.DAW, Part.DISK]), how=st.sampled_from(PartState))
    def report(self, part: Part, how: PartState) -> None:
        """Let a part fail or come back."""
        self.is_now_allowed = False
        at_ns = self.studio.now_ns
        self.studio.report(part, how, self.studio.now_s)
        if part is Part.DAW:
            self.witness.port(how, at_ns)

    @precondition(lambda self: self.has_audio)
    @rule()
    def lose_audio(self) -> None:
        """Pull the sound card."""
        self.is_now_allowed, self.has_audio = False, False
        self.studio.lose_audio(self.studio.now_s)
        self.studio.report(Part.AUDIO, PartState.FAULT, self.studio.now_s)

    @precondition(lambda self: not self.has_audio)
    @rule(ppm=st.integers(-200, 200))
    def regain_audio(self, ppm: int) -> None:
        """Plug it in again."""
        self.is_now_allowed, self.has_audio = False, True
        self.epoch += 1
        self.studio.regain_audio(self.studio.now_s, epoch=self.epoch, ppm=ppm)
        self.studio.report(Part.AUDIO, PartState.OK, self.studio.now_s)

    @rule(has_left=st.booleans(), command=st.sampled_from(DawCommand))
    def send(self, *, has_left: bool, command: DawCommand) -> None:
        """Let the sender say what became of a command."""
        told = [told for told in self.studio.commands if told.command is command]
        if not told:
            return
        due_ns, now_ns = told[-1].at_ns, self.studio.now_ns
        if has_left:
            self.feed(DawTold(now_ns, command, due_ns))
        else:
            self.feed(DawNotTold(now_ns, command, due_ns, "No port."))

    @invariant()
    def judge(self) -> None:
        """Solid only where it is the truth; and where it becomes the truth, at once."""
        if not hasattr(self, "studio"):
            return
        state, at_ns = self.studio.state, self.studio.now_ns
        light = tally_view(state, at_ns).light
        # Whoever lights the lamp looks again at the next change only.
        change_ns = next_light_change_ns(state, at_ns)
        last_ns = at_ns + 20 * SECOND if change_ns is None else change_ns - 1
        assert tally_view(state, last_ns).light is light
        # Also where the rules themselves hang, and nothing but the lamp's own time passes.
        for later_ns in (0, SECOND // 2, SECOND, SECOND + 1, 3 * SECOND):
            if tally_view(state, at_ns + later_ns).light is TallyLight.RECORDING:
                assert self.witness.allows_solid(at_ns + later_ns)
        if self.witness.word is DawTransport.RECORDING and not self.witness.allows_solid(at_ns):
            # Stale is not off.
            assert light is not TallyLight.OFF
        # Without sound a click's own fault comes first; there is none to be missed without a take.
        if self.is_now_allowed and self.has_audio:
            assert light is TallyLight.RECORDING


TestRedLight = RedLight.TestCase
TestRedLight.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
