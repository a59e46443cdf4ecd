"""A disk image of the virtual Pi with what the installer wants to download: the guest has no network.

Runs on the host, as root, as the virtual Pi's own build does. Made once, and again where the pinned
versions have changed; nothing of Countoff itself is in it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_LOCKS = ("requirements.lock", "requirements-build.lock")
# What scripts/install asks apt for, on this Debian.
_PACKAGES = [
    *("python3-venv", "libportaudio2", "libjack-jackd2-0", "libsndfile1"),
    *("g++", "python3-dev", "pkg-config", "libasound2-dev", "libjack-jackd2-dev"),
]
_LINKED = ("vmlinuz", "initrd", "id_ed25519", "id_ed25519.pub")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_RESOLVER = Path("etc/resolv.conf")
_SIZE = "3G"
WHEELS = "/opt/vpi/wheels"
TRIAL = "/opt/vpi/trial"
_RECORDER = f"""[Unit]
Description=Virtual Pi: note what the screen shows, to the very end
DefaultDependencies=no
ConditionPathExists={TRIAL}/scripts
After=vpi-setup.service
Before=countoff.service

[Service]
ExecStart=/usr/bin/python3 -B -m virtual_pi.glass_recorder
Environment=PYTHONPATH={TRIAL}/scripts

[Install]
WantedBy=basic.target
"""


def images_with_downloads(images: Path) -> Path:
    """Return the folder of the images with the downloads, made from `images` where it is not there."""
    folder = images.with_name(f"{images.name}-unit")
    stamp, wanted = folder / "made-from", _made_from(images)
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    stamp.unlink(missing_ok=True)
    root = folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    _run("/usr/bin/cp", "--archive", str(images / "root"), str(root))
    _download(images, root)
    _furnish(root)
    image = folder / "rootfs.raw"
    image.unlink(missing_ok=True)
    _run("/usr/bin/truncate", "--size", _SIZE, str(image))
    _run("/usr/sbin/mkfs.ext4", "-q", "-F", "-d", str(root), "-L", "vpiroot", str(image))
    shutil.rmtree(root)
    for name in _LINKED:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(images / name)
    stamp.write_text(wanted)
    return folder


def _made_from(images: Path) -> str:
    """Return in one word what the image is made from."""
    kernel = images / "vmlinuz"
    made_from = hashlib.sha256(f"{kernel.stat().st_mtime_ns}".encode())
    for path in (*(_CHECKOUT / lock for lock in _LOCKS), Path(__file__)):
        made_from.update(path.read_bytes())
    return made_from.hexdigest()


def _download(images: Path, root: Path) -> None:
    """Have what apt and pip would fetch be there already."""
    resolver = root / _RESOLVER
    before = resolver.read_bytes() if resolver.exists() else None
    shutil.copyfile(Path("/") / _RESOLVER, resolver)
    shutil.copyfile(_CERTIFICATES, root / "tmp" / "certificates.crt")
    (root / WHEELS[1:]).mkdir(parents=True)
    # It has no wheel, and its source wants more than a compiler; the virtual Pi was built with one.
    for wheel in (images / "buildroot" / "wheels").glob("lgpio-*.whl"):
        shutil.copy(wheel, root / WHEELS[1:])
    for lock in _LOCKS:
        shutil.copy(_CHECKOUT / lock, root / "tmp")
    apt = "DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
    wanted = " ".join(f"-r /tmp/{lock}" for lock in _LOCKS)
    try:
        _in_root(root, f"{apt} update && {apt} install -y --no-install-recommends {_words()}")
        _in_root(
            root,
            "PIP_CERT=/tmp/certificates.crt PIP_CONSTRAINT=/tmp/requirements-build.lock "
            f"python3 -m pip wheel -q --disable-pip-version-check -w {WHEELS} {wanted}",
        )
        _in_root(root, "apt-get clean; rm -rf /root/.cache /tmp/* /var/lib/apt/lists/*")
    finally:
        resolver.unlink()
        if before is not None:
            resolver.write_bytes(before)


def _furnish(root: Path) -> None:
    """Put in what belongs to the board, and not to the box: its watchdog's driver, an eye on the screen."""
    (root / "etc/modules-load.d/vpi-watchdog.conf").write_text("i6300esb\n")
    # The machine has a second one, which a Pi has not; it resets nothing.
    (root / "etc/modprobe.d/vpi-watchdog.conf").write_text("blacklist iTCO_wdt\n")
    unit = root / "etc/systemd/system/vpi-glass.service"
    unit.write_text(_RECORDER)
    wanted = root / "etc/systemd/system/basic.target.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    (wanted / unit.name).symlink_to(f"/etc/systemd/system/{unit.name}")


def _words() -> str:
    return " ".join(_PACKAGES)


def _in_root(root: Path, command: str) -> None:
    # Nothing of the host's: its certificates and packages are not there.
    path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
    clean = ("/usr/bin/env", "--ignore-environment", path, "HOME=/root", "PYPI=1")
    _run("/usr/sbin/chroot", str(root), *clean, "/bin/sh", "-c", command)


def _run(*words: str) -> None:
    subprocess.run(["/usr/bin/nice", "-n", "15", *words], check=True, stdout=subprocess.DEVNULL)
