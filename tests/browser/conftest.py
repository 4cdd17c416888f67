"""One JupyterLab and one browser for all browser tests; a fresh page and kernel for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import Lab, launched_browser
from tests.browser.server import LabServer


@pytest.fixture(scope="session")
def server() -> Iterator[LabServer]:
    with LabServer() as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched_browser(playwright) as launched:
        yield launched


@pytest.fixture
def lab(server: LabServer, browser: Browser) -> Iterator[Lab]:
    with Lab(server, browser) as opened:
        yield opened
