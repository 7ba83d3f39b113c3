"""A visitor at somebody's shop: what is in the widget, and every complaint that the page makes."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.servers import Web
from tests.world import Company
from widgets import embed, tokens
from widgets.models import WidgetToken

PICTURES = "https://pictures.example"
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><rect width="80" height="20"/></svg>'
STRICT = "default-src 'none'; script-src {app} {inline}; connect-src {app}"
_HEAR_POLICY = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI}`));"""


@dataclass
class Complaints:
    """What a page said in its console, and what it threw."""

    errors: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    @property
    def ours(self) -> list[str]:
        """Errors that the widget wrote itself; the browser adds lines of its own about failed requests."""
        return [line for line in self.errors if line.startswith("[autochat]")]


def listen(page: Page) -> Complaints:
    """Hear every error of this page from now on, refusals by its content policy among them."""
    heard = Complaints()
    page.add_init_script(_HEAR_POLICY)
    page.on("console", lambda line: heard.errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: heard.crashes.append(str(error)))
    return heard


def serve_pictures(page: Page) -> None:
    """Let every address under PICTURES be a picture."""
    page.route(f"{PICTURES}/**", lambda route: route.fulfill(content_type="image/svg+xml", body=_PICTURE))


def token_of(company: Company) -> tuple[WidgetToken, str]:
    """A widget token of this company's."""
    return tokens.issue(tenant=company.tenant, label="Shop")


def snippet_of(
    web: Web,
    company: Company,
    *,
    token: str = "",
    form: embed.Form = embed.Form.MODULE,
    nonce: str = "",
    **options: str,
) -> str:
    """The very lines that the Install tab shows, with more options."""
    return embed.snippet(
        base_url=web.url,
        tenant_id=company.tenant.pk,
        token=token or token_of(company)[1],
        form=form,
        nonce=nonce,
        options=options,
    )


def hashes(snippet: str) -> str:
    """The policy's sources for the inline scripts of a snippet."""
    scripts = re.findall(r"<script[^>]*>([^<]+)</script>", snippet)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)


def part(page: Page, name: str) -> Locator:
    """A part of the widget, seen through its shadow root."""
    return page.locator(f'[data-part="{name}"]')


def open_chat(page: Page) -> None:
    """Click the launcher and wait for the panel."""
    part(page, "launcher").click()
    expect(part(page, "panel")).to_be_visible()


def say(page: Page, text: str) -> None:
    """Write a message and send it."""
    part(page, "input").fill(text)
    part(page, "send").click()


def answers(page: Page) -> Locator:
    """What the assistant said."""
    return page.locator('[data-part="message"][data-author="assistant"]')


def render(page: Page, web: Web, options: dict[str, Any]) -> None:
    """Call `renderWebWidget` as a page's own script would, and keep the handle as `handle`."""
    call = """async ([address, options]) => {
        const { renderWebWidget } = await import(address);
        globalThis.handle = renderWebWidget(options);
    }"""
    page.evaluate(call, [f"{web.url}{embed.SCRIPT}", options])


def required(web: Web, company: Company) -> dict[str, Any]:
    """The three options that a widget can't do without."""
    return {"tenantId": str(company.tenant.pk), "apiUrl": web.url, "token": token_of(company)[1]}
