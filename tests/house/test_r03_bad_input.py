"""R3: whatever is sent to the API, it answers, in words it has promised (`/api/schema`), and no stranger is touched.

`FUZZ_EXAMPLES=300 pytest tests/house/test_r03_bad_input.py` looks longer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from schemathesis import GenerationMode

from tenants import api_tokens
from tenants.database import close_connections
from tenants.models import Role
from tests.house import fuzzing
from tests.house.strangers import addresses, belongings
from tests.widgets.door import Door
from tests.world import World, bearer

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
FEW = max(1, EXAMPLES // 4)
MARK = "globexmark"
PUBLIC = {"docs", "schema"}
"""Pages about the API, which take nothing."""
WORDS = sorted({path.split("/")[1] for path in addresses() if path.startswith("api/")} - PUBLIC - {"widgets"})


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """Visitors' doors and exports leave database threads behind."""
    yield
    close_connections()


@pytest.fixture
def _one_connection(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for is undone afterwards, so the product may not give this connection back."""
    monkeypatch.setattr(connections["default"], "close", lambda: None)


def requests_for(operation: Any, own: dict[str, Any], theirs: dict[str, Any], examples: int) -> Iterator[Any]:
    """Right and wrong ones for rows that there are and that there aren't, and with a stranger's ids in the body."""
    fixed = {"path_parameters": fuzzing.ids(operation.path, own)} if "{" in operation.path else {}
    few = max(1, examples // 3)
    yield from fuzzing.cases(operation, GenerationMode.NEGATIVE, examples, **fixed)
    if fixed:
        yield from fuzzing.cases(operation, GenerationMode.NEGATIVE, few)
    for case in fuzzing.cases(operation, GenerationMode.POSITIVE, examples, **fixed):
        yield case
        if isinstance(case.body, dict) and (named := theirs.keys() & case.body.keys()):
            case.body.update({name: str(theirs[name]) for name in named})
            yield case


def findings(
    word: str, headers: dict[str, str], world: World, *, examples: int = EXAMPLES, keep: bool = False
) -> list[str]:
    """Each thing that is wrong about the calls at `/api/<word>`, once, with a request that shows it."""
    own, theirs = belongings(world.acme, "acmemark"), belongings(world.globex, MARK)
    found: dict[str, str] = {}
    for operation in fuzzing.operations(word):
        for case in requests_for(operation, own, theirs, examples):
            cache.clear()
            request = fuzzing.prepared(case, headers)
            look = request.method != "GET"
            with undone(keep=keep), fuzzing.unchanged(world.globex.tenant, look=look) as changed:
                answer = fuzzing.send(request)
            touched = [f"changes {table}" for table in changed] + ["shows Globex"] * (MARK.encode() in answer.content)
            sample = f"{request.url} {request.body!r:.300} {answer.content!r:.300}"
            for what in [*touched, *fuzzing.wrong(case, answer)]:
                found.setdefault(f"{operation.label} {what}", sample)
    return [f"{what}: {sample}" for what, sample in found.items()]


@contextmanager
def undone(*, keep: bool) -> Iterator[None]:
    if keep:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("word", WORDS)
def test_r03_whatever_an_owner_sends_the_answer_is_one_that_the_schema_promises(world: World, word: str) -> None:
    assert findings(word, bearer(world.acme.owner), world) == []


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("word", WORDS)
def test_r03_so_it_is_with_what_an_agent_sends(world: World, word: str) -> None:
    assert findings(word, bearer(world.acme.agent), world, examples=FEW) == []


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("word", WORDS)
def test_r03_and_with_what_a_program_sends(world: World, word: str) -> None:
    _, token = api_tokens.issue(by=world.acme.owner, label="Robot", role=Role.MANAGER, lifetime=None)
    assert findings(word, {"Authorization": f"Bearer {token}"}, world, examples=FEW) == []


@pytest.mark.django_db(transaction=True)
def test_r03_and_with_what_a_visitor_sends(world: World) -> None:
    """These are answered in other threads with connections of their own, so nothing is undone in between."""
    assert findings("widgets", Door(world.acme).headers(), world, keep=True) == []


def test_r03_every_call_that_the_schema_knows_is_tried() -> None:
    assert fuzzing.words() == {*WORDS, "widgets"}
