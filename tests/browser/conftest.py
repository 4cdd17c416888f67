"""One JupyterLab, one browser and one page for all browser tests; a kernel of its own for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.lab import Desk, Lab, launched_browser
from tests.browser.server import LabServer


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "how many times slower the processor of the page is"
    parser.addoption("--slow", type=float, default=1.0, metavar="TIMES", help=told)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failure tells what was pressed, and what came."""
    report = yield
    lab = getattr(item, "funcargs", {}).get("lab")
    if report.failed and isinstance(lab, Lab) and lab.page is not None:
        try:
            report.sections.append(("what was pressed and what came", lab.diary()))
        except Exception as error:
            report.sections.append(("no diary", str(error)))
        if lab.desk is not None:
            lab.desk.harmed = True
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[LabServer]:
    with LabServer() as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched_browser(playwright) as launched:
        yield launched


@pytest.fixture(scope="session")
def slow(request: pytest.FixtureRequest) -> float:
    times = float(request.config.getoption("--slow", default=1.0))
    expect.set_options(timeout=5_000 * times)
    return times


@pytest.fixture(scope="session")
def desk(server: LabServer, browser: Browser, slow: float) -> Desk:
    return Desk(server, browser, slow)


@pytest.fixture
def lab(server: LabServer, browser: Browser, desk: Desk, slow: float) -> Iterator[Lab]:
    with Lab(server, browser, desk, slow) as opened:
        yield opened
