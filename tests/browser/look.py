"""Looking at a page as somebody would who is picky: what overflows, what is missing, what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Request, Response

SHOTS = Path(settings.BASE_DIR) / "var" / "shots"
THEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
_FACTS = """() => ({
    title: document.title,
    mains: document.querySelectorAll("main").length,
    headings: [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length,
    language: document.documentElement.lang,
    wider: document.documentElement.scrollWidth - innerWidth,
    unnamed: [...document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea")]
        .filter((it) => it.checkVisibility() && !(it.ariaLabel || it.hasAttribute("aria-labelledby") || it.title
            || it.textContent.trim() || it.labels?.length))
        .map((it) => it.outerHTML.slice(0, 120)),
    twice: [...document.querySelectorAll("[id]")].map((it) => it.id).filter((id, at, all) => all.indexOf(id) !== at),
})"""


@dataclass
class Viewer:
    """A browser page whose every complaint is written down with the page's name."""

    page: Page
    width: int
    faults: list[str] = field(default_factory=list)
    _name: str = ""
    _allowed: int = 200

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._fault(f"threw {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def look(self, name: str, url: str, *, status: int = 200) -> None:
        """Open a page, judge it and keep its picture."""
        self._name, self._allowed = name, status
        answer = self.page.goto(url, wait_until="load")
        if answer is None or answer.status != status:
            self._fault(f"answered {answer and answer.status}")
        self.judge(name)

    def judge(self, name: str) -> None:
        """Judge the page as it is now, under another name after something was done to it."""
        self._name = name
        facts = self.page.evaluate(_FACTS)
        if facts["wider"] > 0:
            self._fault(f"is {facts['wider']} px wider than the screen")
        if facts["headings"] != 1 or facts["mains"] != 1:
            self._fault(f"has {facts['headings']} h1 and {facts['mains']} main")
        if len(facts["title"]) < 4 or facts["title"].startswith(" "):
            self._fault(f"has the title {facts['title']!r}")
        if facts["language"] == "":
            self._fault("has no language")
        for what in ("unnamed", "twice"):
            if facts[what]:
                self._fault(f"has {what}: {facts[what]}")
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            self.page.screenshot(path=SHOTS / f"{name}-{self.width}-{theme}.png", full_page=True)

    def _fault(self, text: str) -> None:
        self.faults.append(f"{self._name} at {self.width} px {text}")

    def _console(self, line: ConsoleMessage) -> None:
        expected = self._allowed >= 400 and f"status of {self._allowed}" in line.text
        if line.type in {"error", "warning"} and not expected:
            self._fault(f"said {line.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what the last page had not finished when it was left
            self._fault(f"could not load {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status != self._allowed:
            self._fault(f"got {response.status} from {response.url}")
