"""Models' Markdown in the transcript: drawn where it is harmless, text where it isn't."""

from __future__ import annotations

import time

import pytest

from conversations.markdown import to_html


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Hello", "<p>Hello</p>"),
        ("One\nTwo\n\nThree", "<p>One<br>Two</p><p>Three</p>"),
        ("**Open** from *nine* to `5`", "<p><strong>Open</strong> from <em>nine</em> to <code>5</code></p>"),
        ("- a\n- **b**", "<ul><li>a</li><li><strong>b</strong></li></ul>"),
        ("2. b\n3. c", '<ol start="2"><li>b</li><li>c</li></ol>'),
        ("Hours:\n- Mon", "<p>Hours:</p><ul><li>Mon</li></ul>"),
        ("# Prices\nSee below", "<p><strong>Prices</strong></p><p>See below</p>"),
        ("```py\nx = '<b>'\n```", "<pre><code>x = &#x27;&lt;b&gt;&#x27;</code></pre>"),
        ("2 * 3 * 4 and snake_case_name", "<p>2 * 3 * 4 and snake_case_name</p>"),
        ("", ""),
    ],
)
def test_what_is_drawn(text, drawn):
    assert to_html(text) == drawn


def test_links_lead_where_they_say():
    rel = 'rel="nofollow noopener noreferrer"'
    assert to_html("[Fleet](https://a.example/f?x=1&y=2)") == (
        f'<p><a href="https://a.example/f?x=1&amp;y=2" {rel}>Fleet</a></p>'
    )
    assert to_html("See https://a.example/f.") == (
        f'<p>See <a href="https://a.example/f" {rel}>https://a.example/f</a>.</p>'
    )
    assert 'href="mailto:a@b.example"' in to_html("[Write](mailto:a@b.example)")
    assert 'href="tel:+4755"' in to_html("[Call](tel:+4755)")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "![x](https://a.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '[x](https://a.example/"onmouseover="alert(1))',
        "**<b onclick=alert(1)>x</b>**",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "https://a.example/<script>alert(1)</script>",
        "- <iframe src=//a.example>",
    ],
)
def test_nothing_runs(text):
    drawn = to_html(text)
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "<iframe" not in drawn
    assert "<b " not in drawn
    assert 'href="javascript' not in drawn
    assert 'href="data' not in drawn
    assert '"onmouseover' not in drawn


@pytest.mark.parametrize("piece", ["*", "**", "`", "[", "[a](", "_", "- ", "1. ", "https://", "```", "**a", "*a "])
def test_hostile_lengths_take_no_time(piece):
    began = time.monotonic()
    to_html(piece * (20_000 // len(piece)))
    assert time.monotonic() - began < 3
