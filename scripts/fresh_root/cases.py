"""The cases of one release, in order: each goes on with what the one before has left."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from fresh_root.booted import Booted
from fresh_root.tree import differences
from fresh_root.trial import CONFIGURATION, DATA

if TYPE_CHECKING:
    from fresh_root.telling import Told
    from fresh_root.trial import Trial

_DEADLINE_S = 30.0
# By a system that runs: its own state, and the private folder of the service that runs now.
_WRITTEN_ANYWAY = (
    f"{DATA}/",
    "/root/countoff/",
    "/var/lib/systemd",
    "/var/log/journal/",
    "/var/log/wtmp",
    "/etc/.updated",
    "/var/.updated",
    "/var/tmp/systemd-private-",  # noqa: S108 - systemd's own name
    "/run/",
)
_OWN_LINE = "\n# Ours: keep it.\n"


def dry_run(trial: Trial, told: Told) -> None:
    """Say what would be done, and do nothing."""
    run = trial.install("--dry-run")
    told.expect(run.code == 0, f"--dry-run ended with {run.code}: {run.said}")
    told.expect(run.said.count("would do") >= 8, f"--dry-run does not name the steps: {run.said}")
    told.expect_none("--dry-run changed something", differences(trial.before, trial.tree()))
    told.expect(trial.install("--check").code == 1, "--check finds nothing missing")


def first(trial: Trial, told: Told) -> None:
    """Install on a bare root; everybody can use it, and no compiler stays."""
    run = trial.install("--yes")
    told.expect(run.code == 0, f"the installer ended with {run.code}: {run.said}")
    check = trial.install("--check")
    told.expect(check.code == 0, f"--check says {check.said}")
    code, said = trial.root.run(
        "setpriv", "--reuid=65534", "--clear-groups", "countoff", "--version"
    )
    told.expect((code, said) == (0, "countoff 0.1.0\n"), f"as nobody it says {said!r}")
    _, installed = trial.root.run("dpkg-query", "--show", "--showformat", "${Package}\n")
    told.expect("g++" not in installed.split(), "a compiler has stayed")
    settings = trial.root.path("/boot/firmware/config.txt").read_text()
    told.expect("\n[all]\ndtparam=i2c_arm=on,i2c_arm_baudrate=400000\n" in settings, settings)
    told.notes.append(
        f"{run.took_s:.0f} s, of it {max(run.steps_s.values()):.0f} for the packages of Python"
    )


def twice(trial: Trial, told: Told) -> None:
    """Installed again, nothing changes; what somebody broke is mended."""
    before = trial.tree()
    run = trial.install("--yes")
    told.expect(run.code == 0 and "all is as it should be" in run.said, run.said)
    told.expect_none("the second time changed something", differences(before, trial.tree()))
    trial.root.path("/usr/local/lib/systemd/system/countoff.service").write_text("broken\n")
    trial.root.path("/usr/local/lib/sysusers.d/countoff.conf").unlink()
    told.expect(trial.install("--check").code == 1, "--check does not find a broken unit")
    told.expect(trial.install().code == 0, "the installer did not mend it")
    told.expect_none("mended, it is not as before", differences(before, trial.tree()))
    told.notes.append(f"{run.took_s:.1f} s the second time")


def runs(trial: Trial, told: Told) -> None:
    """Booted, the service is there; an upgrade while a take rolls is refused."""
    with Booted(trial.root) as booted:
        told.expect(_wait_for(booted, "idle"), f"the service is not ready: {_journal(booted)}")
        booted.run("countoff", "press", "roll")
        told.expect(_wait_for(booted, "rolling"), f"no take rolls: {_status(booted)}")
        trial.checkout.call_it("0.1.1")
        run = trial.install_booted(booted)
        told.expect(run.code == 1 and "in a take" in run.said, f"not refused: {run.said}")
        told.expect(_status(booted).get("phase") == "rolling", "the take was disturbed")
        booted.run("countoff", "press", "stop")
        told.expect(_wait_for(booted, "idle"), "the take does not end")
    trial.renew_checkout()


def upgraded(trial: Trial, told: Told) -> None:
    """Upgrade without any network: the new version runs, takes and configuration are as they were."""
    configuration = trial.root.path(CONFIGURATION)
    configuration.write_text(configuration.read_text() + _OWN_LINE)
    kept = configuration.read_bytes()
    with Booted(trial.root) as booted:
        told.expect(_wait_for(booted, "idle"), f"the service is not ready: {_journal(booted)}")
        takes = _takes(booted)
        told.expect(bool(takes), "there are no takes to keep")
        trial.checkout.call_it("0.1.1")
        run = trial.install_booted(booted)
        told.expect(run.code == 0, f"the installer ended with {run.code}: {run.said}")
        told.expect(_version(booted) == "0.1.1", f"it is {_version(booted)}")
        told.expect(_takes(booted) == takes, "the takes are not as they were")
        told.expect(configuration.read_bytes() == kept, "the configuration is not as it was")
        told.notes.append(f"{run.took_s:.0f} s without a network, its service's start included")


def failing(trial: Trial, told: Told) -> None:
    """Each failing upgrade leaves the version that runs, and no trace."""
    faults = {
        "a lock that no index can satisfy": ("requirements.lock", r"numpy==.*", "numpy==99.0.0"),
        "a module that cannot be loaded": (
            "firmware/countoff/inlet.py",
            r"from __future__ import annotations",
            "from __future__ import annotations\nimport no_such_module",
        ),
        "a configuration that it no longer understands": (
            "firmware/countoff/config/commands.py",
            r"EXIT_RIGHT = 0",
            "EXIT_RIGHT = 1",
        ),
        "a service that never is ready": (
            "firmware/countoff/processes/notify.py",
            r"READY=1",
            "STATUS=not yet",
        ),
        "a service that ends at once": (
            "firmware/countoff/cli.py",
            r"(?m)^def _run\(.*\n.*\n",
            r"\g<0>    raise SystemExit(1)\n",
        ),
    }
    with Booted(trial.root) as booted:
        told.expect(_wait_for(booted, "idle"), f"the service is not ready: {_journal(booted)}")
        takes = _takes(booted)
        before = trial.tree()
        for name, change in faults.items():
            trial.renew_checkout().call_it("0.1.2")
            trial.checkout.change(*change)
            run = trial.install_booted(booted, env={"PIP_RETRIES": "0"})
            told.expect(run.code == 1, f"{name}: ended with {run.code}: {run.said}")
            told.expect(_wait_for(booted, "idle"), f"{name}: nothing runs: {_journal(booted)}")
            told.expect(_version(booted) == "0.1.1", f"{name}: it is {_version(booted)} then")
            told.expect(_takes(booted) == takes, f"{name}: the takes are not as they were")
            left = [line for line in differences(before, trial.tree()) if not _is_running(line)]
            told.expect_none(f"{name}: left behind", left)
            told.notes.append(f"{name}: {run.took_s:.0f} s")
    trial.renew_checkout().call_it("0.1.1")


def uninstalled(trial: Trial, told: Told) -> None:
    """Take it away: nothing is left but the takes, and the configuration that somebody changed."""
    with Booted(trial.root) as booted:
        told.expect(_wait_for(booted, "idle"), f"the service is not ready: {_journal(booted)}")
        run = trial.install_booted(booted, "--uninstall")
        told.expect(run.code == 0, f"--uninstall ended with {run.code}: {run.said}")
        _, loaded = booted.run(
            "systemctl", "list-units", "--all", "--plain", "--no-legend", "countoff.service"
        )
        told.expect("running" not in loaded, f"it still runs: {loaded}")
    told.expect(trial.root.path(f"{DATA}/takes.sqlite").exists(), "the takes are gone")
    kept = trial.root.path(f"{DATA}/configuration/countoff.toml")
    told.expect(kept.exists() and _OWN_LINE in kept.read_text(), "the configuration is gone")
    trial.renew_checkout()
    changes = differences(trial.before, trial.tree())
    left = [line for line in changes if not (_is_data(line) or _is_running(line))]
    told.expect_none("left behind", left)
    told.notes.append(f"{run.took_s:.0f} s")


def _is_data(line: str) -> bool:
    return line.startswith(f"came: {DATA}")


def _is_running(line: str) -> bool:
    """Tell whether a line is about what a running system writes anyway, or about the checkout."""
    path = line.split(" ")[1]
    return path.startswith(_WRITTEN_ANYWAY)


def _status(booted: Booted) -> dict[str, object]:
    code, said = booted.run("countoff", "status", "--json")
    if code:
        return {}
    status: dict[str, object] = json.loads(said)
    return status


def _wait_for(booted: Booted, *phases: str) -> bool:
    until_s = time.monotonic() + _DEADLINE_S
    while time.monotonic() < until_s:
        if _status(booted).get("phase") in phases:
            return True
        time.sleep(0.1)
    return False


def _version(booted: Booted) -> str:
    """Return the version that the service runs, by the libraries that it has loaded."""
    _, pid = booted.run("systemctl", "show", "--property=MainPID", "--value", "countoff.service")
    _, words = booted.run("cat", f"/proc/{pid.strip()}/maps")
    versions = {part.split("-")[0] for part in words.split("/opt/countoff/versions/")[1:]}
    return " and ".join(sorted(versions))


def _takes(booted: Booted) -> list[object]:
    _, said = booted.run("countoff", "takes", "list", "--json")
    try:
        takes: list[object] = json.loads(said)
    except ValueError:
        return []
    return takes


def _journal(booted: Booted) -> str:
    _, said = booted.run(
        "journalctl", "--unit=countoff.service", "--lines=15", "--no-pager", "--output=cat"
    )
    return said
