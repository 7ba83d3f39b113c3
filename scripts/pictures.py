"""Takes the pictures of the README: a fresh clone's demo, visitors who ask, an owner who answers."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.start import CALL, running
from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1440, "height": 900}
VISITORS = [
    ("", "", ["Do you deliver by cargo bike?"]),
    ("", "", ["When are you open?", "How much is repotting?"]),
    ("Priya Raman", "priya@raman.example", ["Do you deliver?"]),
    ("Jürgen Brandt", "juergen@brandt.example", ["Which plants are safe for cats?"]),
    ("Tomasz Zieliński", "tomasz@zielinski.example", ["Can I rent a palm for a wedding in Kraków?"]),
    ("Marit Halvorsen", "marit@halvorsen.example", ["Hi! When are you open on Saturdays?", "How much is repotting?"]),
]
REPLY = "Hello Marit, Rosa here. Bring it by on Saturday before noon and it is done while you have tea."


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        clone = Path(folder) / "autochat"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        with running(clone) as printed:
            browser = playwright.chromium.launch(executable_path=chromium.chromium(), args=chromium.OPTIONS)
            _visit(printed)
            _take_inbox(browser, printed)
            _take_widget(browser, printed)
            browser.close()


def _visit(printed: str) -> None:
    call = CALL.search(printed)
    assert call is not None
    url, token = call.groups()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for number, (name, email, messages) in enumerate(VISITORS):
        contact = {"contact": {"name": name, "email": email}} if email else {}
        for message in messages:
            said = json.dumps({"sessionId": f"picture-{number}", "message": message} | contact).encode()
            urllib.request.urlopen(urllib.request.Request(url, said, headers), timeout=30).close()


def _take_inbox(browser: Browser, printed: str) -> None:
    found = re.search(r"Dashboard  (\S+)/  (\S+)  password (\S+)", printed)
    assert found is not None
    page = _page(browser)
    page.goto(f"{found[1]}/accounts/login/")
    page.fill("[name=login]", found[2])
    page.fill("[name=password]", found[3])
    page.keyboard.press("Enter")
    page.get_by_text("Marit Halvorsen").first.click()
    page.locator("textarea[name=message]").fill(REPLY)
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".msg-text", has_text=REPLY)).to_be_visible()
    page.screenshot(path=PICTURES / "inbox.png", animations="disabled")


def _take_widget(browser: Browser, printed: str) -> None:
    found = re.search(r"Demo page  (\S+)", printed)
    assert found is not None
    page = _page(browser)
    page.goto(found[1])
    page.locator('[data-part="launcher"]').click()
    form = page.locator('[data-part="form"]')
    if form.is_visible():
        form.get_by_label("Name").fill("Marit Halvorsen")
        form.get_by_label("mail").fill("marit@halvorsen.example")
        form.get_by_role("button").last.click()
    answers = page.locator('[data-part="message"][data-author="assistant"]')
    expect(answers).to_have_count(1)  # the greeting
    for message in VISITORS[-1][2]:
        before = answers.count()
        page.locator('[data-part="input"]').fill(message)
        page.keyboard.press("Enter")
        expect(answers).to_have_count(before + 1)
        expect(answers.nth(before).locator('[data-part="sources"]')).to_be_visible()  # they come when all is said
    page.screenshot(path=PICTURES / "widget.png", animations="disabled")


def _page(browser: Browser) -> Page:
    page = browser.new_page(viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    return page


if __name__ == "__main__":
    main()
