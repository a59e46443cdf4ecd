"""The simulated DAW on a real JACK server; whoever plays the box's part knows nothing of ours."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

import jack
import pytest
from tests.end_to_end.simulated_daw import RunningDaw, run_to_its_end
from tests.end_to_end.unit import plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.jack

_DEADLINE_S = 30
RECORD_PRESSED, RECORD_RELEASED = "905f7f", "905f00"
RECORD_LIGHT_ON, PLAY_LIGHT_ON = "905f7f", "905e7f"
STROBE, LOCATE = "f07f7f0606f7", "f07f7f06440601200a000000f7"


class Box:
    """A client called as the box's, with its two ports, and a clock's beside it."""

    def __init__(self, server: str) -> None:
        self._client = jack.Client("Countoff", servername=server, no_start_server=True)
        self.out = self._client.midi_outports.register("DAW")
        self.inp = self._client.midi_inports.register("DAW in")
        self.heard: list[str] = []
        self._to_say: deque[bytes] = deque()
        self._client.set_process_callback(self._process)
        self._client.activate()

    def say(self, *messages: str) -> None:
        """Send messages written as hex."""
        self._to_say.extend(bytes.fromhex(message) for message in messages)

    def close(self) -> None:
        """Leave."""
        self._client.deactivate()
        self._client.close()

    def _process(self, _frames: int) -> None:
        self.heard += [bytes(data).hex() for _, data in self.inp.incoming_midi_events()]
        self.out.clear_buffer()
        while self._to_say:
            self.out.write_midi_event(0, self._to_say.popleft())


def wait_until(is_so: Callable[[], Any]) -> None:
    """Wait until it is so."""
    end_s = time.monotonic() + _DEADLINE_S
    while not is_so():
        assert time.monotonic() < end_s, "it never came true"
        time.sleep(0.005)  # between two looks; the deadline decides


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a server that all tests here share."""
    env = plain_environment()
    with running_jack(tmp_path_factory.mktemp("jack"), env):
        yield env


@pytest.fixture
def box(env: dict[str, str]) -> Iterator[Box]:
    """The other end."""
    box = Box(env["JACK_DEFAULT_SERVER"])
    yield box
    box.close()


def test_it_connects_and_answers(tmp_path: Path, env: dict[str, str], box: Box) -> None:
    """Whichever of the two was there first: a press comes back as a light, and the words say so."""
    with RunningDaw(tmp_path, env, "--profile", "reaper", "--backend", "jack") as daw:
        daw.wait_for("does   is connected to Countoff:DAW")
        wait_until(lambda: box.inp.number_of_connections and box.out.number_of_connections)
        box.say(RECORD_PRESSED, RECORD_RELEASED)
        wait_until(lambda: RECORD_LIGHT_ON in box.heard and PLAY_LIGHT_ON in box.heard)
        recording = daw.wait_for("does   records from 00:00:00:00")
        assert "hears  Mackie record pressed" in daw.lines
        daw.do("space")
        daw.wait_for("does   stops at", after=recording)
    assert daw.lines[-1].startswith("take 1: 00:00:00:00 to ")


def test_a_long_message_arrives_whole(tmp_path: Path, env: dict[str, str], box: Box) -> None:
    """A locate, which JACK may cut in pieces, and what comes right behind it."""
    with RunningDaw(tmp_path, env, "--profile", "mmc", "--backend", "jack") as daw:
        wait_until(lambda: box.out.number_of_connections)
        box.say(LOCATE, STROBE)
        daw.wait_for("does   goes to 00:10:00:00")
        daw.wait_for("does   records from 00:10:00:00")


def test_its_port_goes_and_comes_back(tmp_path: Path, env: dict[str, str], box: Box) -> None:
    """Unplugged and crashed it has no port; plugged in and started it is connected again."""
    with RunningDaw(tmp_path, env, "--profile", "ardour", "--backend", "jack") as daw:
        for word in ("unplug", "crash"):
            wait_until(lambda: box.inp.number_of_connections)
            daw.do(word)
            wait_until(lambda: not box.inp.number_of_connections)
            daw.do(word)
        wait_until(lambda: box.inp.number_of_connections and box.out.number_of_connections)


def test_a_flood_over_a_real_cable(tmp_path: Path, env: dict[str, str], box: Box) -> None:
    """Thousands of messages a second, and the light among them."""
    options = ("--profile", "reaper", "--backend", "jack", "--flood-hz", "3000")
    with RunningDaw(tmp_path, env, *options) as daw:
        wait_until(lambda: len(box.heard) > 1500)
        box.heard.clear()
        daw.do("record")
        wait_until(lambda: RECORD_LIGHT_ON in box.heard)


def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    """A sentence, and not a word of libjack's."""
    env = {**plain_environment(), "JACK_DEFAULT_SERVER": "countoff-nobody"}

    code, said = run_to_its_end(tmp_path, env, "--profile", "mmc", "--backend", "jack")

    assert code == 3
    assert said == "No JACK server answers: start one, or say --backend alsa.\n"


def test_a_profile_that_does_not_exist(tmp_path: Path) -> None:
    """A sentence with the nearest guess."""
    code, said = run_to_its_end(tmp_path, plain_environment(), "--profile", "reapper")

    assert code == 2
    assert said.startswith("reapper: ")
    assert 'Did you mean "reaper"?' in said
