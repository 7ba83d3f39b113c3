"""S3: what browsers refuse under a Content-Security-Policy, and which scripts of a page they run."""

from __future__ import annotations

import time

import pytest

from widgets.doctor.pages import markup, policies

APP = "https://app.autoch.at"
SCRIPT = f"{APP}/web-widget.js"
PAGE = "https://www.acme.com/contact"


@pytest.mark.parametrize(
    ("policy", "is_blocked"),
    [
        ("", False),
        ("img-src 'none'", False),
        ("default-src *", False),
        ("default-src https:", False),
        (f"script-src {APP}", False),
        ("script-src app.autoch.at", False),
        ("script-src APP.autoch.AT", False),
        ("script-src *.autoch.at", False),
        ("script-src http://app.autoch.at", False),  # http lets https in
        (f"script-src {APP}:443", False),
        (f"script-src {APP}:*", False),
        (f"script-src {APP}/", False),
        (f"script-src {SCRIPT}", False),
        (f"default-src 'none'; script-src {APP}", False),
        (f"script-src 'none'; script-src-elem {APP}", False),
        ("default-src 'none'", True),
        ("default-src 'self'", True),
        ("script-src", True),
        ("script-src http:", False),
        ("script-src data: blob:", True),
        ("script-src *.app.autoch.at", True),
        (f"script-src {APP}:8443", True),
        (f"script-src {APP}/other/", True),
        (f"script-src {APP}/WEB-widget.js", True),
        (f"script-src 'self'; script-src {APP}", True),  # the first one holds
        (f"script-src {APP}; script-src-elem 'self'", True),
        (f"script-src 'strict-dynamic' {APP}", True),
        ("script-src 'nonce-abc'", True),
        ("script-src [::1 \x00 :::: 'sha256-'", True),
    ],
)
def test_s03_whether_a_policy_keeps_the_script_out(policy: str, is_blocked: bool) -> None:
    found = [policies.blocks_url(rule, policies.SCRIPT, SCRIPT, PAGE) for rule in policies.parse(policy)]
    assert any(found) == is_blocked
    for blocked in (it for it in found if it and it.proposal):
        for rule in policies.parse(blocked.proposal):  # what is proposed does let it in
            assert policies.blocks_url(rule, policies.SCRIPT, SCRIPT, PAGE) is None


def test_s03_each_policy_of_a_header_counts() -> None:
    rules = policies.parse(f"script-src {APP}, script-src 'self'")
    assert [bool(policies.blocks_url(rule, policies.SCRIPT, SCRIPT, PAGE)) for rule in rules] == [False, True]


def test_s03_own_origin_is_self() -> None:
    (rule,) = policies.parse("connect-src 'self'")
    assert policies.blocks_url(rule, policies.CONNECT, "https://www.acme.com/api", PAGE) is None
    assert policies.blocks_url(rule, policies.CONNECT, "https://www.acme.com:8443/api", PAGE)
    assert policies.blocks_url(rule, policies.CONNECT, "https://acme.com/api", PAGE)


@pytest.mark.parametrize(
    ("policy", "nonce", "is_blocked"),
    [
        ("script-src 'unsafe-inline'", "", False),
        ("script-src 'nonce-abc'", "abc", False),
        ("script-src 'sha256-rdKi0hpbS5cQtrLnw2V0PWG+BzkOiWq0rI1AUW+NxpA='", "", True),
        ("script-src 'nonce-abc'", "abd", True),
        ("script-src 'unsafe-inline' 'nonce-abc'", "", True),  # a nonce takes unsafe-inline's force away
        ("script-src https:", "", True),
    ],
)
def test_s03_whether_a_policy_keeps_an_inline_script_out(policy: str, nonce: str, is_blocked: bool) -> None:
    (rule,) = policies.parse(policy)
    blocked = policies.blocks_inline(rule, "renderWebWidget()", nonce)
    assert (blocked is not None) == is_blocked
    if blocked:
        (proposed,) = policies.parse(blocked.proposal)
        assert policies.blocks_inline(proposed, "renderWebWidget()", "") is None


def texts(page: str) -> list[str]:
    return [script.text for script in markup.scripts(markup.scan(page))]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<script>a</script>", ["a"]),
        ("<SCRIPT TYPE='Module'>a</SCRIPT >", ["a"]),
        ('<script data-x=">">a</script>', ["a"]),
        ("İ<SCRIPT>a</SCRIPT>", ["a"]),
        ("<!-- <script>a</script> --><script>b</script>", ["b"]),
        ("<title><script>a</script></title><script>b</script>", ["b"]),
        ("<textarea><script>a</script></textarea>", []),
        ("<template><script>a</script></template>", []),
        ('<script type="application/json">a</script>', []),
        ("<script>if (a <!-- b) x</script>", ["if (a <!-- b) x"]),
        ("<scripty>a</scripty>", []),
        ("a < b <script>c", ["c"]),
    ],
)
def test_b09_scripts_are_found_as_browsers_find_them(page: str, found: list[str]) -> None:
    assert texts(page) == found


@pytest.mark.parametrize("part", ["<", "<script", "<script ", "<!--", "<!-- -->", "<meta a='", "<p ", "</", '<a b="'])
def test_b09_no_page_takes_long_to_read(part: str) -> None:
    page = part * (1_000_000 // len(part))
    began = time.process_time()
    markup.scan(page)
    assert time.process_time() - began < 5  # seconds; what looks at things twice takes minutes
