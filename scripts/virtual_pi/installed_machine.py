"""The virtual Pi with the box installed in it as a service, from the host.

What is installed is the commit that is checked out, by its own `scripts/install`, which finds in the
guest what it would download.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import zlib
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.image import TRIAL, WHEELS, images_with_downloads
from virtual_pi.machine import Machine, MachineError, images_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CHECKOUT = Path(__file__).resolve().parents[2]
_BOOT_DEADLINE_S = 900.0
_OFF_DEADLINE_S = 300.0
_LOOK_EVERY_S = 2.0
_BOOT_ID = "cat /proc/sys/kernel/random/boot_id"
_LOUD = (
    "amixer -q -c $(sed -n 's/^ *\\([0-9]*\\) .*USB-Audio.*/\\1/p' /proc/asound/cards)"
    " sset 'Audio Output Volume Control' 256"
)
_LAST_WORDS = re.compile(rb"GLASS (\d+) ([A-Za-z0-9+/=]+)")


class InstalledMachine(Machine):
    """One virtual Pi, whose images have what the installer wants."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, images_with_downloads(images_folder()))
        self._boot_id = ""
        self.commit = _git("rev-parse", "--short", "HEAD")

    def bring_checkout(self) -> None:
        """Put the commit into it, and the cases."""
        archive = self._images / "checkout.tar"
        archive.write_bytes(
            subprocess.run(
                ["/usr/bin/git", "-C", str(_CHECKOUT), "archive", "HEAD"],
                check=True,
                capture_output=True,
            ).stdout
        )
        self.do("put", str(archive), "/root/")
        self.run(f"mkdir -p {TRIAL}/checkout && tar -xf /root/checkout.tar -C {TRIAL}/checkout")
        cases = self._images / "cases.tar"
        scripts = Path(__file__).resolve().parents[1]
        subprocess.run(
            [
                *("/usr/bin/tar", "-cf", str(cases), "--exclude=__pycache__"),
                *("-C", str(scripts), "virtual_pi"),
            ],
            check=True,
        )
        self.do("put", str(cases), "/root/")
        self.run(f"mkdir -p {TRIAL}/scripts && tar -xf /root/cases.tar -C {TRIAL}/scripts")
        # The lock has the pins' library for a Pi's processor; this one, which is none, has pins.
        self.run(f"sed -i 's/^\\(lgpio==[0-9.]*\\).*/\\1/' {TRIAL}/checkout/requirements.lock")

    def install(self, *options: str) -> tuple[int, str]:
        """Run `scripts/install`; return its exit code and all that it says."""
        self.run("rm -f /root/said")
        code = self.run(
            f"cd {TRIAL}/checkout && PIP_NO_INDEX=1 PIP_FIND_LINKS={WHEELS} "
            f"scripts/install {' '.join(options)} >/root/said 2>&1 </dev/null; echo $?"
        )
        return int(code.split()[-1]), self.run("cat /root/said")

    def installed(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Run cases on the installed box."""
        return self.told(
            f"cd / && PYTHONPATH={TRIAL}/scripts python3 -m virtual_pi.installed {' '.join(names)}"
        )

    def note_boot(self) -> None:
        """Remember which boot this is, before the machine goes down."""
        self._boot_id = self.run(_BOOT_ID)

    def reboot(self) -> None:
        """Have it go down and come up again, as after an installation."""
        self.note_boot()
        self.run("nohup systemctl reboot >/dev/null 2>&1 &")
        self.wait_for_boot()

    def wait_for_boot(self) -> float:
        """Wait until the machine is up again, in another boot; return after how many seconds.

        These are the host's. Raises MachineError.
        """
        began_s = time.monotonic()
        while time.monotonic() - began_s < _BOOT_DEADLINE_S:
            self._hang_up()
            try:
                if self.run(_BOOT_ID) != self._boot_id:
                    break
            except MachineError:
                time.sleep(_LOOK_EVERY_S)
        else:
            raise MachineError("The virtual Pi did not come up again.")
        took_s = time.monotonic() - began_s
        self.run("systemctl is-system-running --wait || true")
        self._find_interface()
        return took_s

    def wait_for_off(self) -> float:
        """Wait until the machine is gone; return after how many seconds of the host. MachineError."""
        began_s = time.monotonic()
        while "not running" not in self.do("status"):
            if time.monotonic() - began_s > _OFF_DEADLINE_S:
                raise MachineError("The virtual Pi did not go off.")
            time.sleep(_LOOK_EVERY_S)
        self._hang_up()
        return time.monotonic() - began_s

    def last_pictures(self) -> list[tuple[int, bytes]]:
        """Return what the screen told by the serial port: host time, and whether it is on with its memory.

        A picture into which the kernel has spoken is left out.
        """
        told = (self._images / "run" / "console.log").read_bytes()
        pictures = []
        for at_ns, words in _LAST_WORDS.findall(told):
            try:
                pictures.append((int(at_ns), zlib.decompress(b64decode(words))))
            except (ValueError, zlib.error):
                continue
        return pictures

    def _find_interface(self) -> None:
        """Have the guest find its interface, which it may miss in virtual time, and set it whole."""
        if "USB-Audio" not in self.run("cat /proc/asound/cards"):
            self.keep_sound()
            find = (
                f"import sys; sys.path.insert(0, {str(self.program.parent)!r}); "
                "import vpi; vpi.enumerate_usb()"
            )
            subprocess.run([sys.executable, "-c", find], check=True, env=self._environment())
        self.run(_LOUD)

    def _hang_up(self) -> None:
        """End the connection, which a machine that is gone would leave hanging."""
        subprocess.run(
            [
                *("/usr/bin/ssh", "-O", "exit", "-S", str(self._images / "run" / "ssh")),
                "root@127.0.0.1",
            ],
            check=False,
            capture_output=True,
        )
        (self._images / "run" / "ssh").unlink(missing_ok=True)


def _git(*words: str) -> str:
    return subprocess.run(
        ["/usr/bin/git", "-C", str(_CHECKOUT), *words], check=True, capture_output=True, text=True
    ).stdout.strip()
