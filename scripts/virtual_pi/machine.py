"""The virtual machine, from the host: start it, fill it, run in it, pull its cables.

What the box needs is unpacked on the host for the guest's Python; what has no wheel for it
(python-rtmidi, lgpio) the virtual Pi brings itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.recording import onsets, takes_of
from virtual_pi.usb_bus import onsets_on_bus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from virtual_pi.recording import Onset

_CHECKOUT = Path(__file__).resolve().parents[2]
_IN_GUEST = "/opt/countoff"
_GUEST_PYTHON = "3.13"
_OF_THE_GUEST = ("python-rtmidi", "lgpio", "rpi-lgpio", "spidev")
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any")
_NICE = 10


class MachineError(RuntimeError):
    """The virtual Pi does not do as it is told; the sentence says what."""


def images_folder() -> Path:
    """Return the folder of the virtual Pi's images, as `vpi.py` finds it."""
    return Path(os.environ.get("VPI_DIR", "/tmp/lab-vpi"))  # noqa: S108 - its default


class Machine:
    """One virtual Pi, from the folder of its `vpi.py`."""

    def __init__(self, folder: Path, images: Path | None = None) -> None:
        self.program = folder / "vpi.py"
        if not self.program.exists():
            raise MachineError(f"{folder} is no virtual Pi: there is no vpi.py in it.")
        self._images = images or images_folder()
        self.wav = self._images / "run" / "out.wav"
        self._heard: list[list[Onset]] = []
        self._judged = 0

    def start(self, *, is_virtual_time: bool) -> str:
        """Boot it; return what it says of itself."""
        options = ["--icount", "1"] if is_virtual_time else []
        return self.do("start", *options)

    def fill(self) -> None:
        """Put the box into it, and what the box needs."""
        packages = self._packages()
        archive = self._images / "countoff.tar"
        subprocess.run(
            [
                *("/usr/bin/tar", "-cf", str(archive), "--exclude=__pycache__"),
                *("-C", str(_CHECKOUT), "firmware", "scripts"),
                *("-C", str(packages.parent), packages.name),
            ],
            check=True,
        )
        self.do("put", str(archive), "/root/")
        archive.unlink()
        self.run(f"mkdir -p {_IN_GUEST} && tar -xf /root/countoff.tar -C {_IN_GUEST}")
        # The interface's volume; whole, so that what is heard is what was played.
        self.run("amixer -q -c Audio sset 'Audio Output Volume Control' 256")
        # So that a start is measured as on a box that has been started before.
        self.run(
            f"cd {_IN_GUEST} && python3 -m compileall -q firmware scripts packages/{{pydantic,numpy,"
            "PIL,luma,gpiozero,sounddevice.py,jack.py,typing_extensions.py} || true"
        )

    def run(self, command: str) -> str:
        """Run a command in it and return what it prints. Raises MachineError."""
        return self.do("sh", command)

    def cases(self, block_frames: int, latency_ms: int, names: Sequence[str]) -> Iterator[Any]:
        """Run cases in it; yield what each tells, do what each asks for.

        The next case waits until whoever asked has judged the one before.
        """
        path = ":".join(f"{_IN_GUEST}/{part}" for part in ("firmware", "packages", "scripts"))
        return self.told(
            f"cd {_IN_GUEST} && PYTHONPATH={path} python3 -m virtual_pi.cases "
            f"{block_frames} {latency_ms} {' '.join(names)}"
        )

    def told(self, command: str) -> Iterator[Any]:
        """Run a command that tells lines of JSON; yield each, and do what it asks for.

        What waits for the machine itself (`wait_for`) is yielded last: nothing can be heard after it.
        """
        with subprocess.Popen(
            [sys.executable, str(self.program), "sh", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment(),
            start_new_session=True,
        ) as running:
            if running.stdin is None or running.stdout is None:
                return
            for line in running.stdout:
                told = json.loads(line)
                if please := told.get("please"):
                    # The machine begins its recording anew when the interface is plugged in.
                    if please == "plug":
                        self.keep_sound()
                    self.do(please)
                    continue
                if noted := told.get("bus"):
                    self.do("get", noted, str(self._images))
                    told["on_bus"] = onsets_on_bus(self._images / Path(noted).name)
                if "wait_for" in told:
                    os.killpg(running.pid, signal.SIGKILL)
                    yield told
                    return
                yield told
                if "case" in told:
                    running.stdin.write("\n")
                    running.stdin.flush()

    def keep_sound(self) -> None:
        """Keep what was heard: the machine begins its recording anew."""
        self._heard = self._takes()
        self.wav.unlink(missing_ok=True)

    def sound(self) -> list[list[Onset]]:
        """Return the takes that were heard since it was asked last, each as its clicks."""
        takes = self._takes()
        new = takes[self._judged :]
        self._judged = len(takes)
        return new

    def _takes(self) -> list[list[Onset]]:
        if not self.wav.exists():
            return self._heard
        return self._heard + takes_of(onsets(self.wav))

    def cut(self) -> None:
        """Take its power away."""
        self.do("cut")

    def do(self, *words: str) -> str:
        """Have vpi.py do something; return what it says. Raises MachineError."""
        done = subprocess.run(
            ["/usr/bin/nice", "-n", str(_NICE), sys.executable, str(self.program), *words],
            check=False,
            capture_output=True,
            text=True,
            env=self._environment(),
        )
        if done.returncode:
            raise MachineError(f"vpi.py {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "VPI_DIR": str(self._images)}

    def _packages(self) -> Path:
        """Return the folder of the pinned packages for the guest's Python, unpacked once."""
        lock = (_CHECKOUT / "requirements.lock").read_text()
        wanted = [
            line
            for line in lock.splitlines()
            if line and not line.startswith(("#", *_OF_THE_GUEST))
        ]
        folder = self._images / "countoff" / "packages"
        made_from = folder.parent / "requirements.txt"
        text = "\n".join(wanted) + "\n"
        if made_from.exists() and made_from.read_text() == text and folder.is_dir():
            return folder
        folder.mkdir(parents=True, exist_ok=True)
        wanted_file = folder.parent / "wanted.txt"
        wanted_file.write_text(text)
        platforms = [word for platform in _PLATFORMS for word in ("--platform", platform)]
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"),
                *("--target", str(folder), "--python-version", _GUEST_PYTHON, *platforms),
                *("--only-binary=:all:", "--implementation", "cp"),
                *("--requirement", str(wanted_file)),
            ],
            check=True,
        )
        wanted_file.rename(made_from)
        return folder
