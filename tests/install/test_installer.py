"""`scripts/install` as far as it can be tried without changing a machine.

What it does to a bare Debian is tried by `scripts/try_install`; see test_in_a_fresh_root.py.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
INSTALL = CHECKOUT / "scripts" / "install"
SYSTEMD = CHECKOUT / "systemd"
PIECES = re.findall(r'(?m)^source "\$checkout/(.+)"$', INSTALL.read_text())


def bash(script: str, *arguments: str) -> str:
    """Run a script that knows all functions of the installer; return what it prints."""
    sourced = "\n".join(f"source {CHECKOUT / piece}" for piece in ("scripts/set-up", *PIECES))
    # What is on the disk after a power cut is not asked here.
    sourced += "\nsync() { :; }"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{sourced}\n{script}", "bash", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def install(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the installer itself."""
    return subprocess.run(
        [INSTALL, *options], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_every_step_can_be_told_checked_and_done() -> None:
    """The plan's table names no step that lacks one of its functions, and each piece is sourced."""
    missing = bash(
        'for step in "${steps[@]}"; do for word in says is_done do; do'
        ' declare -F "${step}_$word" >/dev/null || echo "${step}_$word"; done; done'
    )

    assert missing == ""
    pieces = {
        f"scripts/installing/{path.name}" for path in SYSTEMD.parent.glob("scripts/installing/*.sh")
    }
    assert set(PIECES) == pieces


def test_dry_run_names_every_step_and_does_nothing() -> None:
    """`--dry-run` needs no rights, prints a line for each step, in order, and makes nothing."""
    was_there = Path("/opt/countoff").exists()

    done = install("--dry-run")

    steps = bash('printf "%s\\n" "${#steps[@]}"').strip()
    numbers = re.findall(rf"(?m)^\[ *(\d+)/{steps}\] (?:is done  |would do )", done.stdout)
    assert done.returncode == 0, done.stderr
    assert numbers == [str(number + 1) for number in range(int(steps))]
    assert Path("/opt/countoff").exists() == was_there


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--uninstal"], "does not know '--uninstal'"),
        (["--leave", "light"], "--leave takes one of these, not 'light': device-tree,"),
        (["--leave"], "--leave takes one of these, not ''"),
        (["--data-device"], "--data-device takes a partition"),
    ],
)
def test_wrong_use_is_said(options: list[str], found: str) -> None:
    """An option that does not exist, or lacks its value, ends with code 2, a sentence and the usage."""
    done = install(*options)

    assert done.returncode == 2
    assert found.removesuffix(",") in done.stderr
    assert "--dry-run" in done.stderr


def test_every_file_of_the_service_has_a_place() -> None:
    """What lies in systemd/ is installed, each file at one place that systemd reads."""
    lines = bash(
        "unit_files; device_tree_files; watchdog_files; governor_files; journal_files"
    ).splitlines()

    placed = dict(line.split("\t") for line in lines)
    assert len(placed) == len(lines)
    assert {Path(source) for source in placed} == {
        path for path in SYSTEMD.rglob("*") if path.is_file() and path.name != "README.md"
    }
    folders = {str(Path(place).parent) for place in placed.values()}
    assert folders == {
        "/usr/local/lib/modules-load.d",
        "/usr/local/lib/systemd/journald.conf.d",
        "/usr/local/lib/systemd/system",
        "/usr/local/lib/systemd/system.conf.d",
        "/usr/local/lib/sysusers.d",
        "/usr/local/lib/tmpfiles.d",
        "/usr/local/lib/udev/rules.d",
    }


def test_units_are_enabled_by_links_alone() -> None:
    """An [Install] section asks for nothing but what the installer does itself: WantedBy."""
    units = [path for path in SYSTEMD.glob("countoff*") if path.is_file()]
    sections = [path.read_text().partition("\n[Install]\n")[2] for path in units]

    words = {line.partition("=")[0] for text in sections for line in text.splitlines() if line}
    assert words == {"WantedBy"}
    assert (
        bash("enabling_links countoff.service").strip()
        == "/etc/systemd/system/multi-user.target.wants/countoff.service"
    )


FILES = ["", "one\n", "one\ntwo", "\n", "a\n\n", "# countoff\n[cm5]\nx=1", "one\ntwo\n\n\n"]


def test_lines_of_ours_come_and_go_without_a_trace(tmp_path: Path) -> None:
    """A file of the system is the same bytes again, with a last line that has an end or not."""
    for number, text in enumerate(FILES):
        (tmp_path / f"{number}").write_text(text)

    bash(
        'run=$1/run; mkdir "$run"; for file in "$1"/[0-9]; do'
        ' put_block "$file" "old=1"; put_block "$file" "[all]"$\'\\n\'"new=1";'
        ' [[ $(block "$file") == "[all]"$\'\\n\'"new=1" ]]; cp "$file" "$file.with";'
        ' drop_block "$file"; done',
        str(tmp_path),
    )

    for number, text in enumerate(FILES):
        assert (tmp_path / f"{number}").read_text() == text
        with_ours = (tmp_path / f"{number}.with").read_text()
        assert with_ours.startswith(text)
        assert with_ours.count("# countoff begin") == 1
        assert "old=1" not in with_ours


def test_a_run_is_taken_back_whole(tmp_path: Path) -> None:
    """What a run has put, replaced, linked, dropped and made is as it was before, also the second time."""
    (tmp_path / "there").write_text("as it was")
    (tmp_path / "there").chmod(0o640)
    (tmp_path / "dropped").write_text("gone for a while")
    (tmp_path / "link").symlink_to("there")
    (tmp_path / "source").write_text("ours")
    before = tree(tmp_path)

    bash(
        'kept=$1/kept; run=$kept/run; mkdir --parents "$run"\n'
        'put "$1/source" "$1/there"; put "$1/source" "$1/new/and/deep"; put_link /dev/null "$1/link"\n'
        'put_link /dev/null "$1/fresh"; drop "$1/dropped"; put "$1/source" "$1/there"\n'
        'echo again | replace "$1/there"\n'
        '[[ $(<"$1/there") == again && ! -e $1/dropped && -e $1/new/and/deep ]]\n'
        'restore "$run"; restore "$run"; rm --recursive "$kept"',
        str(tmp_path),
    )

    assert tree(tmp_path) == before


def tree(folder: Path) -> dict[str, object]:
    """Return what lies in a folder: modes and contents."""
    return {
        str(path): path.readlink()
        if path.is_symlink()
        else (path.stat().st_mode, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
