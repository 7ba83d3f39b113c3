"""The pages as a real browser gets them from a real server: nothing is missing and nothing is refused."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.servers import Web

pytestmark = pytest.mark.browser


def test_sign_in_page_loads_whole_under_its_own_policy(web: Web, page: Page) -> None:
    complaints: list[str] = []
    fetched: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def note(response: Response) -> None:
        fetched.append(response.url)
        if response.status >= 400:
            complaints.append(f"{response.status} {response.url}")

    page.on("console", hear)
    page.on("response", note)
    answer = page.goto(f"{web.url}/accounts/login/", wait_until="networkidle")
    assert answer is not None
    assert "script-src" in answer.headers["content-security-policy"]
    assert complaints == []
    assert any("/static/css/" in url for url in fetched)
    assert page.get_by_role("button", name="Sign in").is_visible()
