"""Saved dialogues as tests make them, and a worker's task done in this process."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from assistants.dialogues import book, desk
from assistants.dialogues.tasks import play_dialogues
from assistants.models import Dialogue, DialogueResult, DialogueRun
from tests.world import Company


def url(name: str, *more: object) -> str:
    return reverse(f"assistants:{name}", args=more)


def texts(page) -> str:
    return page.content.decode()


def make(
    company: Company, name: str = "Opening hours", *turns: tuple[str, list[dict[str, str]]], **more: Any
) -> Dialogue:
    """A stored dialogue; one that passes where nothing else is said."""
    given = turns or (("When are you open?", [{"kind": "contains", "value": "from nine"}]),)
    written = [{"says": says, "was": "", "checks": checks} for says, checks in given]
    values = {"name": name, "routed": False, "turns": written, **more}
    return book.add_dialogue(assistant=company.assistant, by=company.admin.user, **values)


def run_all(company: Company, **more: Any) -> DialogueRun:
    """Ask for a run and let the worker's task do it."""
    run = desk.run_now(assistant=company.assistant, by=company.admin.user, **more)
    play_dialogues()
    run.refresh_from_db()
    return run


def results(run: DialogueRun) -> dict[str, bool]:
    return dict(DialogueResult.objects.filter(run=run).values_list("dialogue__name", "passed"))


def written(*turns: tuple[str, list[tuple[str, str, str]]], **fields: Any) -> dict[str, Any]:
    """A dialogue's form as a browser sends it."""
    data: dict[str, Any] = {"name": "Written", **fields, "turn": [str(n) for n in range(len(turns))]}
    for number, (says, checks) in enumerate(turns):
        data[f"says.{number}"] = says
        for part, at in (("kind", 0), ("value", 1), ("whom", 2)):
            data[f"{part}.{number}"] = [check[at] for check in checks]
    return data
