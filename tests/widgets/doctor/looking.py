"""What the doctor's page says, read as a person would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import html

from tenants.models import Membership
from tests.world import signed_in

PAGE = "/settings/doctor"


@dataclass(frozen=True)
class Seen:
    """One finding on the page."""

    state: str
    title: str
    words: str
    fixes: dict[str, str]  # words of a press, and where it leads
    sends: dict[str, str]  # what a form among them sends


def _text(node: Any) -> str:
    return " ".join(node.text_content().split())


def _finding(node: Any) -> Seen:
    heading = _text(node.find("h3"))
    presses = {
        _text(it).removesuffix(f": {heading}"): it.get("href") or it.getparent().get("action")
        for it in node.xpath(".//a[contains(@class, 'btn')] | .//form/button")
    }
    sends = {it.get("name"): it.get("value") for it in node.xpath(".//form/input[@name!='csrfmiddlewaretoken']")}
    return Seen(node.get("data-state"), heading, _text(node), presses, sends)


@dataclass(frozen=True)
class Look:
    """The whole page."""

    text: str
    troubled: list[Seen]
    notes: list[Seen]
    passed: list[str]
    report: str

    def find(self, title: str) -> Seen:
        """The one finding that needs somebody and whose title holds these words."""
        found = [one for one in self.troubled if title in one.title]
        assert len(found) == 1, [one.title for one in self.troubled]
        return found[0]

    def note(self, title: str) -> Seen:
        """The one note."""
        found = [one for one in self.notes if title in one.title]
        assert len(found) == 1, [one.title for one in self.notes]
        return found[0]

    def is_well(self, title: str) -> bool:
        """Whether this stands among what is well."""
        return any(title in line for line in self.passed)


def read(markup: str) -> Look:
    page = html.fromstring(markup)
    return Look(
        text=_text(page),
        troubled=[_finding(node) for node in page.xpath("//*[@id='troubled']/article")],
        notes=[_finding(node) for node in page.xpath("//*[@id='notes']/article")],
        passed=[_text(node) for node in page.xpath("//*[@id='passed']/li")],
        report=next(iter(page.xpath("//*[@id='report-text']/text()")), ""),
    )


def look(who: Membership) -> Look:
    """Open the page as this person."""
    answer = signed_in(who).get(PAGE)
    assert answer.status_code == 200, answer.content
    return read(answer.content.decode())
