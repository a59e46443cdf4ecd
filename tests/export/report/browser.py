"""A page as headless Chromium lays it out: how wide it is, what it complains of; pictures and prints of it.

Each call starts a browser of its own and waits for its end. The page is only looked at: what measures it
stands around it, in frames.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
"""Where it is; None where this machine has none."""
_DEADLINE_S = 120
_MEASURED = re.compile(r'<pre id="measured">(.*?)</pre>', re.DOTALL)
_COMPLAINT = re.compile(r'CONSOLE:?\d*[\])] "(.*?)", source')


@dataclass(frozen=True)
class Laid:
    """A page in a window: its width, and what of it hangs out of it."""

    window_px: int
    page_px: int
    sticking_out: tuple[str, ...]


def as_printed(page: str) -> str:
    """Return a page that is laid out in a window as it is on paper."""
    on_screen = page.replace("@media screen", "@media not all")
    return on_screen.replace("@media print", "@media all")


def lay_out(pages: list[tuple[str, int]]) -> tuple[list[Laid], list[str]]:
    """Return how pages lie in windows, each of its width, and what the browser says of them."""
    frames = "".join(
        f'<iframe width="{width}" height="800" srcdoc="{html.escape(page)}"></iframe>'
        for page, width in pages
    )
    outer = f"""<!DOCTYPE html><meta charset="utf-8"><body>{frames}<pre id="measured"></pre><script>
onload = () => {{
  const told = [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument, wide = frame.contentWindow.innerWidth;
    const out = [...page.querySelectorAll("body *")].filter(each => {{
      const box = each.getBoundingClientRect();
      return box.width > 0 && (box.right > wide + 1 || box.left < -1)
        && !each.closest(".wide-table, .strip, .song, defs, symbol");
    }});
    return [frame.width, page.documentElement.scrollWidth,
      out.map(each => each.tagName + " " + each.textContent.trim().slice(0, 40))];
  }});
  document.getElementById("measured").textContent = JSON.stringify(told);
}};
</script></body>"""
    with tempfile.TemporaryDirectory(prefix="countoff-page-") as folder:
        place = Path(folder) / "outer.html"
        place.write_text(outer, encoding="utf-8")
        run = _chromium(folder, "--enable-logging=stderr", "--dump-dom", place.as_uri())
    found = _MEASURED.search(run.stdout)
    if found is None:
        message = f"Chromium has measured nothing: {run.stderr[-2000:]}"
        raise AssertionError(message)
    told = json.loads(html.unescape(found[1]))
    laid = [Laid(int(window), page_px, tuple(out)) for window, page_px, out in told]
    return laid, _COMPLAINT.findall(run.stderr)


def picture(page: Path, place: Path, width_px: int, height_px: int, *, is_dark: bool) -> None:
    """Save a picture of a page's beginning, at twice its size."""
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if is_dark else []
    with tempfile.TemporaryDirectory(prefix="countoff-page-") as folder:
        _chromium(
            folder,
            *dark,
            "--force-device-scale-factor=2",
            f"--window-size={width_px},{height_px}",
            f"--screenshot={place}",
            page.as_uri(),
        )


def printed(page: Path, place: Path) -> None:
    """Save a page as it is printed."""
    with tempfile.TemporaryDirectory(prefix="countoff-page-") as folder:
        _chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={place}", page.as_uri())


def _chromium(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    if CHROMIUM is None:
        message = "There is no Chromium on this machine: apt install chromium."
        raise FileNotFoundError(message)
    return subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=_DEADLINE_S,
    )
