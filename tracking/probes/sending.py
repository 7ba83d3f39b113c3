"""One probe: a rightly signed `webhook.test`, then a forged one, and what both tell. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from tenants.ownership import new_id
from tracking.bounded import BoundedConnector
from tracking.models.webhook import TEST_EVENT
from tracking.outbox import body_of
from tracking.posting import Answer, Post, open_session, send
from tracking.signing import new_secret

RIGHT = "autochat checks your endpoint: this request is signed as all are. Answer 2xx."
FORGED = "autochat checks your endpoint: this request is forged on purpose. Refuse it, best with 401."

# After 401 and 403 it is clear; the others say nothing of the signature. Who answers so isn't sent a forgery.
_SILENT = frozenset({401, 403, 404, 405, 408, 410, 429})


@dataclass(frozen=True, slots=True)
class Findings:
    """How the two requests went; the forged one is sent only where its answer tells something."""

    checked_at: datetime
    url: str
    answer: Answer
    forged: Answer | None
    certificate_until: datetime | None

    @property
    def connected_ms(self) -> int | None:
        """From the beginning until the connection stood, TLS included."""
        marks = self.answer.marks
        return round((marks["connection"] - marks["start"]) * 1000) if "connection" in marks else None


async def probe(right: Post) -> Findings:
    """Probe where `right` goes to, over a connection of its own; takes up to twice what a try may take."""
    checked_at = datetime.now(UTC)
    connector = BoundedConnector(settings.EGRESS_ALLOWED_HOSTS)
    async with open_session(connector) as session:
        answer = await send(session, right)
        certificate_until = connector.certificate_until
        forged = await send(session, _forge(right)) if _tells_signatures(answer) else None
    return Findings(checked_at, right.url, answer, forged, certificate_until)


def body(message: str) -> bytes:
    """A test event that says what it is for."""
    data = {"event_id": str(new_id()), "event_type": TEST_EVENT, "message": message}
    return body_of(TEST_EVENT, datetime.now(UTC), data)


def _forge(right: Post) -> Post:
    """The same kind of request under a secret that nobody has."""
    return Post(new_id(), right.url, body(FORGED), (new_secret(),))


def _tells_signatures(answer: Answer) -> bool:
    status = answer.status
    return status is not None and (answer.is_good or (400 <= status < 500 and status not in _SILENT))
