"""B4, P8: webhooks arrive, at least once, whatever the other side does."""

from __future__ import annotations

import pytest

from tests.tracking.endpoints import make_signed_endpoint, tell
from tracking.models import Attempt, Delivery

pytestmark = pytest.mark.django_db(transaction=True)


def test_p08_an_event_arrives_signed_and_its_try_is_logged(acme, receiver, deliver):
    receiver.answers(200, text="thank you, vera@example.com")
    make_signed_endpoint(acme.tenant, receiver.url())
    event_id = tell(acme.tenant, score=5)
    deliver()
    (got,) = receiver.got
    assert got.webhook_id == str(event_id)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.lease) == ("delivered", 1, None)
    attempt = Attempt.objects.get()
    assert (attempt.status_code, attempt.failure, attempt.response) == (200, "", "thank you, [redacted]")
