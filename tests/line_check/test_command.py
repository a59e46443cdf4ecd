"""`countoff doctor`: what it prints, asks and returns, beside a box on paper."""

from __future__ import annotations

import json
import os
import socket
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

import pytest

from countoff.cli import main
from countoff.core.events import Pedal
from countoff.core.finding import Finding, Grade
from countoff.line_check.asking import Asker
from countoff.line_check.outcome import Outcome, Printer
from countoff.lock import LOG_LOCK_NAME, is_held, take_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WELL = Finding.well("audio", "It plays.")
DOUBT = Finding.doubt("clock", "It is not synchronised.", "Connect a network.")
FAULT = Finding.fault("pedals", "KEEPER (pin 22) is closed.", "Take off what lies on it.")


class PaperBox:
    """A control socket at which a line check finds what it was made with."""

    def __init__(self, path: Path, findings: list[Finding], **check: Any) -> None:
        self._findings = findings
        self._check = check
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(path))
        self._listener.listen()
        self.asked: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                while packet := client.recv(4096):
                    client.send(json.dumps(self._answer(json.loads(packet))).encode())

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["ask"] == "line_check":
            self.asked.append(asked)
        check = {
            "run": 1,
            "stage": "over",
            "was_broken_off": False,
            "findings": [asdict(finding) for finding in self._findings],
            "felt": [],
            "closed": [],
            "learnt": [],
            **self._check,
        }
        is_refused = self._check.get("run") == 0
        return {
            "ok": True,
            "status": {
                "line_check": check if self.asked and not is_refused else None,
                "parts": {"tally": {"state": "ok"}},
            },
        }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A configuration that names a socket."""
    path = tmp_path / "countoff.toml"
    path.write_text(f'# ours\n[unit]\nsocket = "{tmp_path / "control.sock"}"\n')
    return path


def doctor(place: Path, findings: list[Finding], *options: str, **check: Any) -> int:
    """Run it beside a box; return its exit code."""
    with PaperBox(place.parent / "control.sock", findings, **check) as box:
        code = main(["doctor", "--config", str(place), *options])
    assert box.asked == [
        {"ask": "line_check", "is_attended": bool({"--ask", "--learn"} & set(options))}
    ]
    return code


def test_warnings_are_no_failure(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 where nothing failed; each finding has its row, and what to do below it."""
    assert doctor(place, [WELL, DOUBT]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert rows[0] == ["PASS", "audio", "It", "plays."]
    assert rows[1][:2] == ["WARN", "clock"]
    assert rows[2] == ["Connect", "a", "network."]
    assert rows[3][:4] == ["1", "PASS,", "1", "WARN."]


def test_a_failure_is_an_exit_code(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 where something failed; as JSON for programs."""
    assert doctor(place, [WELL, FAULT], "--json", closed=["keeper"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["grade"], told["by_running_box"], told["closed"]) == ("fail", True, ["keeper"])
    assert told["findings"] == [asdict(WELL), asdict(FAULT)]


def test_one_that_was_broken_off(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """3 where a take has begun: what was not looked at is not well."""
    assert doctor(place, [WELL], was_broken_off=True) == 3
    assert "a take has begun" in capsys.readouterr().err


def test_none_during_a_take(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """3, and a sentence, where the box begins none."""
    monkeypatch.setattr("countoff.line_check.following._BEGINS_WITHIN_S", 0.05)
    assert doctor(place, [], run=0) == 3
    assert "something is being recorded" in capsys.readouterr().err


def test_a_socket_where_nobody_listens(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """3: the box that is named is the one that is meant."""
    assert main(["doctor", "--socket", str(place.parent / "none.sock")]) == 3
    assert "No Countoff is running" in capsys.readouterr().err


def test_what_was_learnt_is_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into the configuration of that box, whose comments stay."""
    assert doctor(place, [DOUBT], "--learn", closed=["keeper"], learnt=["keeper"]) == 0
    assert "KEEPER: normally closed" in capsys.readouterr().err
    text = place.read_text()
    assert text.startswith("# ours\n[unit]\n")
    assert 'normally_closed = ["keeper"]' in text


def test_the_service_has_its_own_configuration(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks may have one in the home folder: the one that is written is the service's."""
    socket_path = tmp_path / "control.sock"
    monkeypatch.setenv("COUNTOFF_CONFIG", str(tmp_path / "mine.toml"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("countoff.config.places.SERVICE_SOCKET", socket_path)
    monkeypatch.setattr("countoff.line_check.command._SERVICE_CONFIGURATION", place)
    with PaperBox(socket_path, [DOUBT], closed=["song"], learnt=["song"]):
        assert main(["doctor", "--learn"]) == 0
    assert 'normally_closed = ["song"]' in place.read_text()
    assert not (tmp_path / "mine.toml").exists()


@pytest.mark.parametrize(
    ("closed", "said"), [([], "there is nothing to learn"), (["roll"], "nothing is learnt")]
)
def test_nothing_to_learn(
    place: Path, closed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """1, and the configuration stays as it was."""
    before = place.read_text()
    assert doctor(place, [WELL], "--learn", closed=closed) == 1
    assert said in capsys.readouterr().err
    assert place.read_text() == before


def test_the_lamp_is_what_somebody_saw(capsys: pytest.CaptureFixture[str]) -> None:
    """Said not to have shone, it fails; where it failed already, or nobody answers, it stays."""
    lamp = Finding.well("lamp", "Pin 18 is ours.")
    asker = Asker(Printer(), 18, lambda _: "n\n")
    asker.ask_for_lamp(is_simulated=False)
    assert asker.as_seen(lamp).grade is Grade.FAIL
    assert asker.as_seen(WELL) == WELL
    nobody = Asker(Printer(), 18, None)
    nobody.ask_for_lamp(is_simulated=False)
    assert nobody.as_seen(lamp) == lamp
    asker.found(lamp)
    assert "nobody saw the lamp" in capsys.readouterr().out


def test_steps_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Each pedal that is felt, that is closed at rest, and that is learnt."""
    asker = Asker(Printer(), 18, None)
    roll, keeper = frozenset({Pedal.ROLL}), frozenset({Pedal.KEEPER})
    for learnt in (frozenset(), frozenset(), keeper, keeper):
        asker.steps(roll | learnt, keeper, learnt)
    said = capsys.readouterr().out
    assert said.count("ROLL was felt") == 1
    assert said.count("KEEPER is closed with no foot on it") == 1
    assert said.count("KEEPER opens when stepped on: learnt") == 1


def test_who_has_looked() -> None:
    """The running box, or nobody but the command."""
    assert "the running box" in Outcome((WELL,), by_running_box=True).summary
    assert "no box is running" in Outcome((WELL,), by_running_box=False).summary


def test_a_box_that_cannot_be_asked_is_left_alone(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its log is held, though nobody answers: nothing of it is opened by another program."""
    with place.open("a") as file:
        file.write(f'[log]\nfolder = "{tmp_path}"\n')
    descriptor = take_lock(tmp_path / LOG_LOCK_NAME)
    assert main(["doctor", "--config", str(place)]) == 3
    assert "A box is running that logs in" in capsys.readouterr().err
    os.close(descriptor)


def test_whether_a_lock_is_held(tmp_path: Path) -> None:
    """Looking makes no file and takes no lock."""
    path = tmp_path / LOG_LOCK_NAME
    assert not is_held(path)
    assert not path.exists()
    descriptor = take_lock(path)
    assert is_held(path)
    os.close(descriptor)
    assert not is_held(path)
