"""The test button: send `webhook.test` now, and show what went out, what came back and how long each step took."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tracking import endpoint_health, leasing
from tracking.answers import shown
from tracking.bounded import BoundedConnector
from tracking.leasing import LEASE, Claimed
from tracking.models import Delivery, WebhookEndpoint, WebhookEvent
from tracking.models.webhook import TEST_EVENT
from tracking.outbox import body_of
from tracking.posting import Answer, Post, open_session, send
from tracking.probes import asking
from tracking.probes.verdicts import GONE_MEANS, REFUSED, SOON
from tracking.redaction import redact

PAUSE = asking.PAUSE  # between two of one endpoint
TOO_SOON = "A test was sent a moment ago. Wait a few seconds, then send another."
STEPS = {
    "name": "Name looked up",
    "connection": "Connected",
    "answer": "First answer",
    "end": "Whole answer",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One test, from both sides."""

    event_id: uuid.UUID
    answer: Answer
    request_headers: dict[str, str]
    request_body: str
    response_headers: dict[str, str]
    response_body: str
    steps: list[tuple[str, int]]  # what, milliseconds
    certificate_until: datetime | None

    @property
    def milliseconds(self) -> int:
        return round(self.answer.duration * 1000)

    @property
    def to_do(self) -> str:
        """What an answer that is no success asks for, beside what it says by itself."""
        if self.answer.status == endpoint_health.GONE:
            return GONE_MEANS
        if self.answer.status in REFUSED:
            return "That is what servers say when the signature is wrong: compare the secret, or rotate it."
        return ""

    @property
    def certificate_ends_soon(self) -> bool:
        return self.certificate_until is not None and self.certificate_until - self.answer.started_at < SOON


class TestedLately(Exception):
    """The endpoint's last test began less than `PAUSE` ago."""


def ping(endpoint: WebhookEndpoint) -> Exchange:
    """Send a test event to an endpoint, paused or not; or TestedLately. Holds no connection while it waits."""
    claimed = _prepare(endpoint)
    connection.close()
    answer, certificate_until = async_to_sync(_send)(claimed.post)
    with transaction.atomic():
        leasing.finish([leasing.tried(claimed, answer)])
        if answer.is_good:
            endpoint_health.recover(endpoint.pk)
    return _exchange(claimed.post, answer, certificate_until)


@transaction.atomic
def _prepare(endpoint: WebhookEndpoint) -> Claimed:
    """An event and a delivery that is ours from the start."""
    now = timezone.now()
    # Whoever presses at the same time waits for this row, and then sees the other's test.
    WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    tests = Delivery.objects.for_tenant(endpoint.tenant_id).filter(endpoint=endpoint, is_test=True)
    if tests.filter(created_at__gt=now - PAUSE).exists():
        raise TestedLately
    event = WebhookEvent(tenant_id=endpoint.tenant_id, type=TEST_EVENT, occurred_at=now)
    data = {"event_id": str(event.pk), "event_type": TEST_EVENT, "message": "This is a test from autochat."}
    event.body = body_of(TEST_EVENT, now, data)
    event.save(force_insert=True)
    delivery = Delivery(tenant_id=endpoint.tenant_id, event=event, endpoint=endpoint, event_type=TEST_EVENT)
    delivery.is_test, delivery.lease, delivery.due_at = True, uuid.uuid4(), now + LEASE
    delivery.save(force_insert=True)
    post = leasing.post_for(endpoint, endpoint.url, event.pk, event.body)
    return Claimed(delivery.pk, endpoint.tenant_id, endpoint.pk, delivery.lease, 0, 0, post, is_test=True)


async def _send(post: Post) -> tuple[Answer, datetime | None]:
    """How it went, and how long the server's certificate is good."""
    connector = BoundedConnector(settings.EGRESS_ALLOWED_HOSTS)
    async with open_session(connector) as session:
        return await send(session, post), connector.certificate_until


def _exchange(post: Post, answer: Answer, certificate_until: datetime | None) -> Exchange:
    return Exchange(
        event_id=post.event_id,
        answer=answer,
        request_headers=post.headers(int(answer.started_at.timestamp())),
        request_body=post.body.decode(),
        response_headers={name: redact(value)[:300] for name, value in answer.headers.items()},
        response_body=shown(answer.body),
        steps=_steps(answer),
        certificate_until=certificate_until,
    )


def _steps(answer: Answer) -> list[tuple[str, int]]:
    start = answer.marks["start"]
    marks = answer.marks | {"end": start + answer.duration}
    reached = [(label, marks[name]) for name, label in STEPS.items() if name in marks]
    if answer.failure and answer.status is None:
        reached = reached[:-1]
    return [(label, round((at - start) * 1000)) for label, at in reached]
