"""The snippet that a customer pastes into their pages (contract §2)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from enum import StrEnum

SCRIPT = "/web-widget.js"
CLASSIC_SCRIPT = "/web-widget.classic.js"
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}  # what could end the script element early


class Form(StrEnum):
    """How the host page loads the widget."""

    MODULE = "module"
    CLASSIC = "classic"


def snippet(
    *,
    base_url: str,
    tenant_id: uuid.UUID,
    token: str,
    form: Form = Form.MODULE,
    options: Mapping[str, str] | None = None,
    nonce: str = "",
) -> str:
    """The lines to paste. `nonce` is for pages whose policy asks for one on inline scripts."""
    named = {"tenantId": str(tenant_id), "apiUrl": base_url, "token": token, **(options or {})}
    lines = "".join(f"    {name}: {_literal(value)},\n" for name, value in named.items())
    call = f"renderWebWidget({{\n{lines}  }});"
    allowed = f' nonce="{nonce}"' if nonce else ""
    if form is Form.CLASSIC:
        return (
            f'<script src="{base_url}{CLASSIC_SCRIPT}"{allowed}></script>\n'
            f"<script{allowed}>\n  ChatWidget.{call}\n</script>"
        )
    return (
        f'<script type="module"{allowed}>\n'
        f"  import {{ renderWebWidget }} from {_literal(base_url + SCRIPT)};\n"
        f"  {call}\n</script>"
    )


def policy(base_url: str) -> str:
    """What a host page's Content-Security-Policy has to allow."""
    return f"script-src {base_url}; connect-src {base_url}"


def _literal(value: str) -> str:
    """A JavaScript string that is safe inside a script element."""
    return json.dumps(value).translate(_UNSAFE)
