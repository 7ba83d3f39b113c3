"""The delivery log, and one delivery with all that was said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tenants.paging import BoundedPaginator, page_asked
from tracking import webhooks
from tracking.deliveries import search, with_log
from tracking.models import Delivery, WebhookEndpoint
from tracking.views import health
from tracking.webhook_forms import LogForm

ROWS = 25


def log(request: MemberRequest, endpoints: Sequence[WebhookEndpoint]) -> dict[str, Any]:
    """What the log on the page shows: what was asked for, and a page of it."""
    form = LogForm(request.GET, endpoints=endpoints)
    asked = form.asked()
    pages = BoundedPaginator(search(request.tenant.pk, asked), ROWS, page_asked(request))
    chosen = next((endpoint for endpoint in endpoints if str(endpoint.pk) == asked.get("endpoint_id")), None)
    page, known = pages.shown(with_log), {one.pk: one for one in endpoints}
    for row in page:
        row.endpoint = known.get(row.endpoint_id, row.endpoint)  # which is told apart from the others
    return {
        "filters": form,
        "is_filtered": any(asked.values()),
        "page": page,
        "chosen": chosen,
        "given_up": webhooks.given_up(request.tenant.pk, chosen).count(),
    }


@require_safe
@role_required(Role.ADMIN)
def delivery(request: MemberRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """One event for one endpoint: what was sent, each try, what came back."""
    row = get_object_or_404(with_log(Delivery.objects.for_tenant(request.tenant)), pk=delivery_id)
    body = orjson.dumps(orjson.loads(bytes(row.event.body)), option=orjson.OPT_INDENT_2).decode()
    label = dict(webhooks.EVENTS).get(row.event_type, "Test")
    return render(request, "tracking/delivery.html", {"delivery": row, "body": body, "label": label})


@require_POST
@role_required(Role.ADMIN)
def replay(request: MemberRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Send one again; back to where one was."""
    row = get_object_or_404(Delivery.objects.for_tenant(request.tenant), pk=delivery_id)
    sent = webhooks.replay(row)
    is_sent = sent and row.endpoint.is_active
    words = _say_replayed(row.endpoint) if sent else "It is being sent just now."
    if request.headers.get("HX-Request") == "true":
        return health.section(request, words, "good" if is_sent else "plain")
    (messages.success if is_sent else messages.info)(request, words)
    return redirect("webhooks:delivery", row.pk)


def _say_replayed(endpoint: WebhookEndpoint) -> str:
    if endpoint.is_active:
        return "It is on the way again."
    status = endpoint.get_status_display().lower()
    return f"It waits: {endpoint.name} is {status}. It is sent once that is active again."
