"""P8: what is sent can be verified with the published libraries, by the specification, and by one line of code."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from standardwebhooks import Webhook as StandardWebhook
from svix import Webhook as SvixWebhook

from tests.tracking.endpoints import make_signed_endpoint
from tracking.signing import new_secret, signature_headers
from tracking.webhook_secrets import OVERLAP, open_secrets, rotate

# The specification's own example.
VECTOR = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": 1614265330,
    "body": b'{"test": 2432232314}',
    "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_p08_the_specifications_own_example_comes_out():
    signed = signature_headers(
        VECTOR["body"], event_id=VECTOR["id"], timestamp=VECTOR["timestamp"], keys=[VECTOR["secret"]]
    )
    assert signed["webhook-signature"] == VECTOR["signature"]
    assert (signed["webhook-id"], signed["webhook-timestamp"]) == (VECTOR["id"], "1614265330")


@pytest.mark.parametrize("library", [StandardWebhook, SvixWebhook])
def test_p08_published_libraries_verify_each_of_two_secrets(library):
    keys = [new_secret(), new_secret()]
    body = json.dumps({"event": "x", "data": {"text": "naïve 😀"}}).encode()
    signed = signature_headers(body, event_id="e1", timestamp=int(datetime.now(UTC).timestamp()), keys=keys)
    for key in keys:
        library(key).verify(body.decode(), signed)  # raises what it refuses
    with pytest.raises(Exception, match=r"(?i)signature"):
        library(new_secret()).verify(body.decode(), signed)
    with pytest.raises(Exception, match=r"(?i)signature"):
        library(keys[0]).verify(body.decode() + " ", signed)


def test_p08_the_plain_signature_is_the_bodys_hmac_under_the_secret_as_shown():
    old, new = new_secret(), new_secret()
    signed = signature_headers(b"{}", event_id="e1", timestamp=1, keys=[new])
    assert signed["X-Webhook-Signature"] == "sha256=" + hmac.new(new.encode(), b"{}", hashlib.sha256).hexdigest()
    both = signature_headers(b"{}", event_id="e1", timestamp=1, keys=[new, old])["X-Webhook-Signature"].split(",")
    assert both == ["sha256=" + hmac.new(key.encode(), b"{}", hashlib.sha256).hexdigest() for key in (new, old)]


def test_b04_both_secrets_sign_for_a_day_after_a_rotation(acme):
    endpoint, first = make_signed_endpoint(acme.tenant, "https://hooks.example.com/")
    now = datetime.now(UTC)
    second = rotate(endpoint, now)
    assert open_secrets(endpoint, now) == [second, first]
    assert open_secrets(endpoint, now + OVERLAP - timedelta(seconds=1)) == [second, first]
    assert open_secrets(endpoint, now + OVERLAP) == [second]


def test_b04_a_secret_is_sealed_and_opens_in_its_own_row_only(acme, globex):
    mine, secret = make_signed_endpoint(acme.tenant, "https://hooks.example.com/")
    theirs, _ = make_signed_endpoint(globex.tenant, "https://hooks.example.com/")
    assert secret.encode() not in bytes(mine.sealed)
    theirs.sealed = mine.sealed
    with pytest.raises(Exception, match="belong"):
        open_secrets(theirs, datetime.now(UTC))


def test_b04_secrets_are_sealed_anew_under_the_rings_first_key(acme, settings):
    settings.ENCRYPTION_KEYS = {"old": b"1" * 32}
    endpoint, first = make_signed_endpoint(acme.tenant, "https://hooks.example.com/")
    second = rotate(endpoint, datetime.now(UTC))
    endpoint.save()
    settings.ENCRYPTION_KEYS = {"new": b"2" * 32, "old": b"1" * 32}
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    call_command("rotate_keys", stdout=said)
    assert said.getvalue().splitlines() == [
        "1 sealed anew, 0 were current, 0 unreadable.",
        "0 sealed anew, 1 were current, 0 unreadable.",
    ]
    settings.ENCRYPTION_KEYS = {"new": b"2" * 32}
    endpoint.refresh_from_db()
    assert open_secrets(endpoint, datetime.now(UTC)) == [second, first]
