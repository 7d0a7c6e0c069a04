"""Chromium against a running server: `open_as(user)` gives a page where that user is logged in."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from roles.models import User

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW, NARROWEST = (ViewportSize(width=width, height=900) for width in (1280, 390, 320))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
]
VIOLATIONS = """
axe.run(document, {resultTypes: ["violations"]}).then(result =>
    result.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`)))
"""
# The widest element that is not inside a region made to scroll
OVERFLOW = """
Math.max(0, ...[...document.body.querySelectorAll("*")]
    .filter(e => !e.closest(".table--responsive-scroll, .figure-chart, .sr-only, .skipnav, svg"))
    .map(e => e.getBoundingClientRect().right - document.documentElement.clientWidth))
"""


expect.set_options(timeout=20_000)  # a busy build server answers late; what is wrong stays wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))  # the summary names each test that needed it


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail("Chromium is missing: on a build server the browser tests must run.")
    if path is None:
        pytest.skip("Chromium is missing")
    with sync_playwright() as playwright:
        # Playwright's event loop makes Django believe that the test itself is asynchronous.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """A page at the server's address, with what the browser complained about."""

    page: Page
    address: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def axe(self) -> list[str]:
        """What axe-core finds wrong on the page as it stands."""
        self.page.wait_for_load_state()
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return self.page.evaluate(VIOLATIONS)

    def overflow(self) -> float:
        """How many pixels the page is wider than the window."""
        return round(self.page.evaluate(OVERFLOW))

    def faults(self, *paths: str) -> list[str]:
        """What is wrong on the pages at three widths; [] is perfect."""
        wrong = []
        for path in paths:
            page = self.open(path)
            for viewport in (WIDE, NARROW, NARROWEST):
                page.set_viewport_size(viewport)
                wrong += [f"{path} {viewport['width']}: {text}" for text in self.axe()]
                if excess := self.overflow():
                    wrong.append(f"{path} {viewport['width']}: {excess} pixels too wide")
        return wrong


OpenAs = Callable[..., Visitor]


@pytest.fixture
def open_as(browser: Browser, live_server) -> Iterator[OpenAs]:
    """`open_as(user)` or `open_as(None)`; with `strict_csp=True` the policy holds, but axe cannot run."""
    contexts: list[BrowserContext] = []

    def opened(user: User | None, *, viewport: ViewportSize = WIDE, strict_csp: bool = False) -> Visitor:
        context = browser.new_context(viewport=viewport, locale="da-DK", bypass_csp=not strict_csp)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page, complaints = context.new_page(), []
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Visitor(page, live_server.url, complaints)

    yield opened
    for context in contexts:
        context.close()


def session_cookie(user: User, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
