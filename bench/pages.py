"""F5: the dashboard's pages at a million conversations and ten million messages.

The pages are asked for through the product's whole request path (middleware, views, templates) by Django's test client,
in this process: what a server adds to that is F1's matter.

`BENCH_CONVERSATIONS` makes it smaller; each conversation has ten messages, each fifth a delivery.
"""

from __future__ import annotations

import os
import statistics
import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.filling import COMMON, EMAIL, LONG, NAME, RARE, Filled, fill
from conversations.models import Contact, Conversation
from tenants import credentials
from tenants.models import Membership
from tests.world import signed_in
from tracking.analytics.periods import PERIODS
from tracking.models import Delivery, WebhookEndpoint

CONVERSATIONS = int(os.environ.get("BENCH_CONVERSATIONS", "1000000"))
TIMES = 20
PATIENCE = 30.0  # seconds for one page; a slow one is asked for less often
GOAL_MS = 100


def f5() -> dict[str, Any]:
    """Milliseconds and statements of each page; the slowest stands for all."""
    began = time.monotonic()
    filled = fill(CONVERSATIONS)
    filling = time.monotonic() - began
    pages = {name: _measured(client, path) for name, (client, path) in _pages(filled).items()}
    worst = max(pages, key=lambda name: pages[name]["p95_ms"])
    return {
        "conversations": filled.conversations,
        "messages": filled.messages,
        "filled_seconds": round(filling),
        "counted_seconds": round(filled.counted_seconds),
        "worst": worst,
        "p95_ms": pages[worst]["p95_ms"],
        "median_p95_ms": statistics.median(page["p95_ms"] for page in pages.values()),
        "most_queries": max(page["queries"] for page in pages.values()),
        "slow": sum(page["p95_ms"] > GOAL_MS for page in pages.values()),
        "number": len(pages),
        "pages": pages,
    }


def _pages(filled: Filled) -> dict[str, tuple[Client, str]]:
    """Name of a measurement -> who asks for what."""
    owner, agent, small = (_signed_in(who) for who in (filled.owner, filled.agent, filled.small))
    pages = {f"{name}, owner": (owner, path) for name, path in _all(filled).items()}
    pages |= {f"{name}, agent": (agent, path) for name, path in _inbox(filled).items()}
    return pages | {f"{name}, small tenant": (small, path) for name, path in _searches().items()}


def _all(filled: Filled) -> dict[str, str]:
    return _inbox(filled) | _contacts(filled) | _tracking(filled) | _analytics()


def _analytics() -> dict[str, str]:
    pages = {f"analytics, {period}": f"/analytics?period={period}" for period in PERIODS}
    return pages | {
        "analytics’ API": "/api/analytics?period=90d",
        "analytics as a file": "/analytics/export?period=90d",
    }


def _signed_in(who: Membership) -> Client:
    client = signed_in(who)
    client.defaults["SERVER_NAME"] = "localhost"  # a host that the product answers to
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {credentials.issue_access(who)}"
    return client


def _inbox(filled: Filled) -> dict[str, str]:
    today = timezone.now().date()
    mine = Conversation.objects.for_tenant(filled.owner.tenant_id).filter(assigned_to=None).order_by("-id")
    long = Conversation.objects.for_tenant(filled.owner.tenant_id).order_by("-id")[0]
    return {
        "inbox": "/inbox",
        "inbox’s list": "/inbox/rows",
        "counts": "/inbox/counts",
        "second page": "/inbox/rows?page=2",
        "page 150": "/inbox/rows?page=150",
        "last page": "/inbox/rows?page=99999",
        "closed": "/inbox/rows?status=closed",
        "qualified": "/inbox/rows?qualified=true",
        "not qualified": "/inbox/rows?qualified=false",
        "mine": "/inbox/rows?assigned_to=me",
        "nobody’s": "/inbox/rows?assigned_to=none",
        "a colleague’s": f"/inbox/rows?assigned_to={filled.agent.user_id}",
        "last week": f"/inbox/rows?from={today - timedelta(7)}",
        "a day half a year ago": f"/inbox/rows?from={today - timedelta(182)}&to={today - timedelta(182)}",
        "until ten months ago": f"/inbox/rows?to={today - timedelta(300)}",
        "short transcript": f"/inbox/{mine[20].pk}",
        f"transcript of {LONG:,}": f"/inbox/{long.pk}" if long.assigned_to_id is None else f"/inbox/{mine[0].pk}",
        **_searches(),
    }


def _searches() -> dict[str, str]:
    words = {
        "a rare word": RARE,
        "a common word": COMMON,
        "two common words": f"{COMMON} price",
        "one letter": COMMON[0],
        "no such word": "xylophonist",
        "a common and no such word": f"{COMMON} xylophonist",
        "a name": NAME,
        "an e-mail": EMAIL,
    }
    found = {f"search, {name}": f"/inbox/rows?q={word.replace(' ', '+')}" for name, word in words.items()}
    return found | {"search all, a common word": f"/inbox/rows?q={COMMON}&status=closed"}


def _contacts(filled: Filled) -> dict[str, str]:
    contacts = Contact.objects.for_tenant(filled.owner.tenant_id).newest_first()
    first, other = contacts[:2]
    asked = {
        "": "",
        ", newest": "order=newest",
        ", page 150": "page=150",
        ", leads": "only=qualified",
        ", with e-mail": "only=email",
        ", a name": f"q={NAME}",
        ", an e-mail": f"q={EMAIL}",
        ", letters of all": "q=example",
        ", one letter": "q=z",
        ", nobody": "q=xylophonist",
        ", letters of all, leads": "q=example&only=qualified",
    }
    pages = {f"contacts{name}": f"/contacts?{query}" for name, query in asked.items()}
    pages["a contact"] = f"/contacts/{first.pk}"
    return pages | {"two contacts": f"/contacts/{first.pk}/merge?with={other.pk}"}


def _tracking(filled: Filled) -> dict[str, str]:
    log = "/settings/webhooks"
    tenant = filled.owner.tenant_id
    endpoint = WebhookEndpoint.objects.for_tenant(tenant).in_order()[0]
    about = Delivery.objects.for_tenant(tenant).order_by("-id")[0].event_id
    pages = {f"health, {window}": f"{log}/health?window={window}" for window in ("15m", "24h", "7d")}
    pages["tracking tab"] = "/settings/widget?tab=tracking"
    asked = {
        "": "",
        ", page 150": "page=150",
        ", of an endpoint": f"endpoint_id={endpoint.pk}",
        ", of a type": "event_type=autochat.lead_qualified.v1",
        ", waiting": "state=pending",
        ", failing": "state=failing",
        ", given up": "state=dead",
        ", since yesterday": f"since={timezone.now() - timedelta(1):%Y-%m-%dT%H:%M}",
        ", about one": f"about={about}",
    }
    return pages | {f"delivery log{name}": f"{log}?{query}" for name, query in asked.items()}


def _measured(client: Client, path: str) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as queries:
        _get(client, path)
        asked = len(queries)  # the next request empties the log
    times: list[float] = []
    worked = time.process_time()
    began = time.monotonic()
    while len(times) < TIMES and (len(times) < 2 or time.monotonic() - began < PATIENCE):
        times.append(_get(client, path))
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    worked = (time.process_time() - worked) * 1000 / len(times)
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(p95, 1),
        "cpu_ms": round(worked, 1),  # of this process: what the database does comes on top
        "queries": asked,
        "path": path,
    }


def _get(client: Client, path: str) -> float:
    began = time.perf_counter()
    response = client.get(path)
    taken = (time.perf_counter() - began) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return taken
