"""S1, S3, D5: the snippet that is pasted."""

from __future__ import annotations

import json
import re
import uuid

import pytest

from widgets import embed

TENANT = uuid.UUID("0199aaaa-0000-7000-8000-000000000001")
BASE = "https://app.example"


def _snippet(**changes):
    return embed.snippet(**{"base_url": BASE, "tenant_id": TENANT, "token": "abc.def.ghi"} | changes)


def test_s01_the_module_form_to_the_letter():
    assert _snippet() == (
        '<script type="module">\n'
        '  import { renderWebWidget } from "https://app.example/web-widget.js";\n'
        "  renderWebWidget({\n"
        '    tenantId: "0199aaaa-0000-7000-8000-000000000001",\n'
        '    apiUrl: "https://app.example",\n'
        '    token: "abc.def.ghi",\n'
        "  });\n"
        "</script>"
    )


def test_d01_the_classic_form():
    lines = _snippet(form=embed.Form.CLASSIC)
    assert lines.startswith('<script src="https://app.example/web-widget.classic.js"></script>\n<script>\n')
    assert "ChatWidget.renderWebWidget({" in lines


def test_a_nonce_for_pages_that_ask_for_one():
    assert '<script type="module" nonce="n0nce">' in _snippet(nonce="n0nce")
    assert _snippet(form=embed.Form.CLASSIC, nonce="n0nce").count('nonce="n0nce"') == 2


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", '"});alert(1);({"', "a\u2028b", "<!--<script>", "\\", "Ü & Söhne"]
)
def test_no_option_breaks_out_of_its_string(name):
    lines = _snippet(options={"companyName": name})
    assert lines.count("</script>") == 1
    assert "<!--" not in lines
    literal = re.search(r"companyName: (\".*\"),", lines).group(1)
    assert json.loads(literal) == name
    assert "\u2028" not in lines


def test_s03_two_additions_to_a_policy():
    assert embed.policy(BASE) == "script-src https://app.example; connect-src https://app.example"
