"""Changing an assistant on its page, as an admin does."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assistants.models import Assistant


def edit_url(assistant: Assistant) -> str:
    return reverse("assistants:edit", args=[assistant.pk])


def mark_of(page: HttpResponse) -> str:
    """What the page knows of the draft that it shows."""
    found = re.search(r'name="mark" value="([^"]*)"', page.content.decode())
    assert found
    return found[1]


def save_draft(admin: Client, assistant: Assistant, *, mark: str = "", **fields: Any) -> HttpResponse:
    """Press “Save draft”, on a page that was opened just now or, with `mark`, earlier."""
    mark = mark or mark_of(admin.get(edit_url(assistant)))
    response: HttpResponse = admin.post(
        edit_url(assistant), {"name": assistant.name, "provider": assistant.provider, "mark": mark, **fields}
    )
    return response


def publish(admin: Client, assistant: Assistant, *, note: str = "", **fields: Any) -> HttpResponse:
    """Look at what publishing changes, and press the button."""
    url = reverse("assistants:publication", args=[assistant.pk])
    response: HttpResponse = admin.post(url, {"mark": mark_of(admin.get(url)), "note": note, **fields})
    return response
