"""Find a Chromium, Chrome or Edge for the browser tests, or install one.

    python .ci/browser.py            prints the path of a browser, installing one if there is none
    python .ci/browser.py --find     prints the path of a browser, never installs

Either way, no browser is one plain sentence and exit status 1: the browser tests are never skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)

NO_BROWSER = (
    "No browser for the browser tests: install Chromium, Chrome or Edge, "
    "or set BROWSER_PATH to the program of one."
)


def usual_places() -> list[Path]:
    """Where the browsers are on macOS and Windows, which do not put them on the PATH."""
    places = [
        Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
        Path("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ]
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            places.append(Path(folder, "Google", "Chrome", "Application", "chrome.exe"))
            places.append(Path(folder, "Chromium", "Application", "chrome.exe"))
            places.append(Path(folder, "Microsoft", "Edge", "Application", "msedge.exe"))
    return places


def playwrights_own() -> Path | None:
    """The Chromium that `playwright install chromium` put away, if it has been run."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def runs(path: Path) -> bool:
    """Whether the program starts: one may be a stub, or lack a library of the system."""
    if not path.is_file():
        return False
    if sys.platform == "win32":  # there, --version opens a window
        return True
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def installed_browser() -> Path | None:
    """A browser that is on this machine: the one named in BROWSER_PATH, else the first found."""
    if wanted := os.environ.get("BROWSER_PATH"):
        # A wrong wish is an error, not a reason to test with some other browser.
        return Path(wanted) if runs(Path(wanted)) else None
    found = [Path(path) for name in NAMES if (path := shutil.which(name))]
    for path in [*found, *usual_places()]:
        if runs(path):
            return path
    path = playwrights_own()
    return path if path and runs(path) else None


def install_browser() -> None:
    """Try Debian's package, which brings the libraries too, then Playwright's own download.

    What they say goes to stderr: stdout is for the path.
    """
    attempts = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
        attempts.insert(0, [["apt-get", "update"], install])
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for commands in attempts:
        for command in commands:
            subprocess.run(command, env=environment, stdout=sys.stderr, stdin=subprocess.DEVNULL)
        if installed_browser():
            return


def main(arguments: list[str]) -> int:
    browser = installed_browser()
    if browser is None and "--find" not in arguments and "BROWSER_PATH" not in os.environ:
        install_browser()
        browser = installed_browser()
    if browser is None:
        print(NO_BROWSER, file=sys.stderr)
        return 1
    print(browser)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
