"""A headless Chromium of this machine, in a window as a phone or a desktop has it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Request, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
REMEDY = (
    f"the browser tests need one of {', '.join(PROGRAMS)} on PATH: "
    "apt-get install chromium, or leave them out with -m 'not browser'"
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Starts a browser, and ends it.

    Raises:
        AssertionError: there is none on this machine; the message says what to install.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, REMEDY
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=["--disable-sync"]) as browser,
    ):
        yield browser


def open_page(
    browser: Browser, url: str, problems: list[str], width: int = 1280, dark: bool = False
) -> Page:
    """Opens a page in a window that wide, in CSS pixels; below 600 it is a phone's.

    What the page writes to the console, throws, and asks the network for goes into `problems`.
    """
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        is_mobile=width < 600,
        color_scheme="dark" if dark else "light",
    )

    def note_request(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            problems.append(f"asked the network for {request.url}")

    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", note_request)
    page.goto(url)
    return page
