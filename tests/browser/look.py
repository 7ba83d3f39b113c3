"""Looking at a page as somebody would who is picky: what overflows, what is missing, what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser import axe

SHOTS = Path(settings.BASE_DIR) / "var" / "shots"
THEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
WIDE = 1440  # pixels
_FAULTS = """() => {
    const found = [];
    const all = (words) => [...document.querySelectorAll(words)].filter((it) => it.checkVisibility());
    const complain = (what, list) => found.push(...list.map((it) => `${what}: ${it.outerHTML.slice(0, 160)}`));
    const page = document.documentElement;
    const one = { h1: all("h1"), main: all("main") };
    for (const [what, list] of Object.entries(one)) if (list.length !== 1) found.push(`has ${list.length} ${what}`);
    if (!/^\\S.{2,}/.test(document.title)) found.push(`has the title “${document.title}”`);
    if (!page.lang) found.push("has no language");
    if (page.scrollWidth > innerWidth) found.push(`is ${page.scrollWidth - innerWidth} px wider than the screen`);
    if (document.querySelector(".frame") && page.scrollHeight > innerHeight) found.push("scrolls into nothing");
    complain("sticks out", all(".card, .rows > li, .sheet, .pane").filter((it) => it.scrollWidth > it.clientWidth + 1));
    complain("is out of sight", all("nav [aria-current]").filter((it) => {
        const { left, right } = it.getBoundingClientRect();
        return left < 0 || right > innerWidth;
    }));
    complain("has no name", all("button, a[href], input:not([type=hidden]), select, textarea").filter((it) =>
        !(it.ariaLabel || it.ariaLabelledByElements || it.title || it.textContent.trim() || it.labels?.length)));
    const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
    found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `has #${id} twice`));
    return found;
}"""
_BELOW = """() => {
    const sheet = document.querySelector(".sheet:not(.is-fixed)");
    return sheet ? sheet.scrollHeight - sheet.clientHeight : 0;
}"""


@dataclass
class Viewer:
    """A browser page whose every complaint is written down with the page's name."""

    page: Page
    width: int
    faults: list[str] = field(default_factory=list)
    _name: str = ""
    _allowed: int = 200

    def __post_init__(self) -> None:
        axe.bring(self.page)
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

    def allow(self, status: int) -> None:
        """Take it as it is meant when the page answers so, from now on."""
        self._allowed = status

    def judge(self, name: str) -> None:
        """Judge the page as it is now, under another name after something was done to it."""
        self._name = name
        for fault in self.page.evaluate(_FAULTS):
            self._fault(fault)
        if self.width == WIDE:
            for fault in axe.violations(self.page):
                self._fault(fault)
        self._pictures()

    def _pictures(self) -> None:
        """The whole page in both themes, also what one would have to scroll to."""
        size = self.page.viewport_size
        assert size is not None
        below = self.page.evaluate(_BELOW)
        if below:
            self.page.set_viewport_size({"width": size["width"], "height": size["height"] + below})
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            shot = SHOTS / f"{self._name}-{self.width}-{theme}.png"
            self.page.screenshot(path=shot, full_page=True, animations="disabled")
            if theme == "dark" and self.width == WIDE:
                for fault in axe.faint(self.page):
                    self._fault(f"in the dark: {fault}")
        if below:
            self.page.set_viewport_size(size)

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
