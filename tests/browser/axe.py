"""axe-core, the judge of accessibility, let loose on a page."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

SOURCE = Path(settings.BASE_DIR) / "widgets" / "client" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async ([where, options]) => {
    const { violations } = await axe.run(where, { ...options, resultTypes: ["violations"], iframes: false });
    const why = (node) => node.any.concat(node.all, node.none).map(({ message }) => message).join("; ");
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${why(node)}`));
}"""


def bring(page: Page) -> None:
    """Have axe at hand on every page that this tab opens; a page's content policy has no say in it."""
    assert SOURCE.exists(), "axe-core is missing: run `make widget` once, which installs the widget's build tools."
    page.add_init_script(path=SOURCE)


def violations(page: Page, *, where: str = "html") -> list[str]:
    """All that axe finds."""
    found: list[str] = page.evaluate(_RUN, [where, {"runOnly": TAGS}])
    return found


def faint(page: Page, *, where: str = "html") -> list[str]:
    """Words that are hard to read on their ground, and nothing else."""
    found: list[str] = page.evaluate(_RUN, [where, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}])
    return found
