"""`countoff midi learn` on a real JACK server: a foot controller is stepped on, and is configured."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import jack
import pytest
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.jack

_FIRMWARE = Path(__file__).parents[2] / "firmware"
_DEADLINE_S = 30


class FootController:
    """A client that sends what the test steps on, over and over, so that it does not matter when."""

    def __init__(self, server: str, name: str) -> None:
        self._client = jack.Client(name, servername=server, no_start_server=True)
        self._out = self._client.midi_outports.register("out")
        self.steps: deque[bytes] = deque()
        self._client.set_process_callback(self._process)
        self._client.activate()

    def step_on(self, *messages: str) -> None:
        """Send messages, written as hex, a thousand times, one a cycle."""
        self.steps.extend(1000 * [bytes.fromhex(message) for message in messages])

    def send(self, message: str) -> None:
        """Send a message, written as hex, once."""
        self.steps.append(bytes.fromhex(message))

    @property
    def is_heard(self) -> bool:
        """Whether anybody is connected."""
        return bool(self._out.number_of_connections)

    def close(self) -> None:
        """Leave."""
        self._client.deactivate()
        self._client.close()

    def _process(self, _frames: int) -> None:
        self._out.clear_buffer()
        if self.steps:
            self._out.write_midi_event(0, self.steps.popleft())


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a server that all tests here share."""
    env = plain_environment()
    with running_jack(tmp_path_factory.mktemp("jack"), env):
        yield env


@pytest.fixture
def board(env: dict[str, str]) -> Iterator[FootController]:
    """A foot controller."""
    board = FootController(env["JACK_DEFAULT_SERVER"], "FCB1010")
    yield board
    board.close()


def learn(config: Path, env: dict[str, str], *options: str, said: str = "") -> tuple[int, str]:
    """Run the command, which is told `said`; return its exit code and what it printed."""
    words = ["midi", "learn", "--config", str(config), "--backend", "jack", *options]
    done = subprocess.run(
        [sys.executable, "-m", "countoff", *words],
        env={**env, "PYTHONPATH": str(_FIRMWARE)},
        input=said,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_pedal_is_learnt_and_written(
    tmp_path: Path, env: dict[str, str], board: FootController
) -> None:
    """Found without being named, asked for until it is understood, written with its port."""
    config = tmp_path / "ours" / "countoff.toml"
    board.step_on("903c40", "803c00")

    code, said = learn(config, env, said="rool\nroll\n")

    assert code == 0, said
    assert "That was note 60 channel 1, from FCB1010:out." in said
    assert 'Did you mean "roll"?' in said
    assert tomllib.loads(config.read_text()) == {
        "midi": {
            "pedals_port": "FCB1010:out",
            "pedal": [{"message": "note 60 channel 1", "pedal": "roll"}],
        }
    }


def test_only_the_configured_port_is_listened_to(
    tmp_path: Path, env: dict[str, str], board: FootController
) -> None:
    """A keyboard that is played meanwhile is no pedal; what is there already stays."""
    keyboard = FootController(env["JACK_DEFAULT_SERVER"], "Keyboard")
    keyboard.step_on("c001")
    board.step_on("c205")
    config = tmp_path / "countoff.toml"
    config.write_text('# the rack\n[midi]\npedals_port = "fcb"\n')

    code, said = learn(config, env, "--as", "tap_tempo")
    keyboard.close()

    assert code == 0, said
    assert config.read_text().startswith('# the rack\n[midi]\npedals_port = "fcb"\n')
    assert tomllib.loads(config.read_text())["midi"]["pedal"] == [
        {"message": "program 5 channel 3", "action": "tap_tempo"}
    ]


def test_nothing_is_changed_where_nothing_is_said(
    tmp_path: Path, env: dict[str, str], board: FootController
) -> None:
    """An empty line, or the end of the input, leaves all as it was."""
    config = tmp_path / "countoff.toml"
    board.step_on("c001")

    code, said = learn(config, env, said="\n")

    assert code == 1
    assert said.endswith("Nothing is changed.\n")
    assert not config.exists()


def test_a_port_that_is_not_there(tmp_path: Path, env: dict[str, str]) -> None:
    """A sentence, as the box itself would say it."""
    code, said = learn(tmp_path / "countoff.toml", env, "--port", "FCB", "--as", "roll")

    assert code == 3
    assert said.startswith('MIDI port "FCB" is not there')


def test_a_foot_controller_presses_the_pedals(
    tmp_path: Path, env: dict[str, str], board: FootController
) -> None:
    """A note is ROLL, with its holds; a program change asks for an action."""
    settings = (
        '[midi]\nbackend = "jack"\npedals_port = "fcb"\n'
        '[[midi.pedal]]\nmessage = "note 60"\npedal = "roll"\n'
        '[[midi.pedal]]\nmessage = "program 3"\naction = "stop"\n'
    )
    unit = Unit(tmp_path, env, settings)
    unit.add_song("own.toml", 'title = "Own"\ntempo = 480\ncount_in = 1\n')
    with unit:
        unit.start()
        unit.wait_until(lambda _: board.is_heard, "the foot controller is heard")
        board.send("903c40")
        unit.wait_for_phase("count_in")
        board.send("803c00")
        unit.wait_for_place(2)
        board.send("c003")
        unit.wait_for_phase("idle")
        board.send("903c40")
        board.send("803c00")
        unit.wait_for_place(2)
        # Held for 0.6 s it ends the take at the bar, which is a press of 100 ms here no more.
        board.send("903c40")
        unit.wait_for_phase("ring_out")
    presses = unit.rows("SELECT pedal FROM presses ORDER BY entry")
    assert {press["pedal"] for press in presses} == {"roll", "midi"}
