"""What a site asks of robots, from its robots.txt. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from protego import Protego

NAME = "autochat"
"""What robots.txt calls us."""

DELAY_MOST = 10.0
"""Seconds between two requests that a site may ask for; more would be a no, said slowly."""


@dataclass(frozen=True, slots=True)
class Robots:
    """A site's wishes."""

    rules: Protego
    sitemaps: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> Robots:
        """From the file's text; an empty one allows everything."""
        rules = Protego.parse(text)
        return cls(rules, list(rules.sitemaps)[:10])

    def allow(self, url: str) -> bool:
        """Whether we may ask for this address."""
        return bool(self.rules.can_fetch(url, NAME))

    def delay(self, least: float) -> float:
        """Seconds between two requests: as the site wishes, within reason."""
        return min(max(float(self.rules.crawl_delay(NAME) or 0), least), DELAY_MOST)
