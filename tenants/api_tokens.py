"""API tokens: issued, read at the door, renamed, revoked.

A token is `ac_`, 43 random letters and digits, and a checksum of them, so that scanners of published code can tell it
from any other string, and the door can refuse a mistyped one without asking the database. It belongs to the company:
it goes on when whoever issued it leaves, with the role it was given, until it is revoked or its time is over.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants import audit, rates, wall
from tenants.credentials import Access
from tenants.models import ApiToken, Membership, Role, Tenant, Verb
from tenants.models.api_token import GRANTABLE
from tenants.statements import Statement
from tenants.tokens import TokenExpired, TokenInvalid, TokenRevoked

PREFIX: Final = "ac_"
MOST: Final = 50
"""Tokens of a company that open the door at a time: more than anybody can keep an eye on."""
CALLS, CALLS_OF_ALL = 600, 3_000
"""Calls a minute: of one token, and of all of a company's together."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=365)
RANDOM, CHECK = 43, 6  # characters; 62 to the 43rd is 256 bits
HINT: Final = len(PREFIX) + 4
TAKEN: Final = "Another API token has this name. Choose one that tells them apart, or revoke the other first."
FULL: Final = f"Your company has {MOST} API tokens, and that is the most. Revoke one that is not used any more."

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECK}}}")


class LabelTaken(ValidationError):
    """Another token that isn't revoked is called the same."""

    def __init__(self) -> None:
        super().__init__(TAKEN, code="taken")


class TooMany(ValidationError):
    """No more tokens fit."""

    def __init__(self) -> None:
        super().__init__(FULL, code="full")


def looks_like_one(token: str) -> bool:
    """Whether somebody means an API token, a genuine one or not."""
    return token.startswith(PREFIX)


@transaction.atomic
def issue(*, by: Membership, label: str, role: Role, lifetime: timedelta | None) -> tuple[ApiToken, str]:
    """Make a token, for ever where there is no lifetime; returns its row and the token itself, which nothing keeps.

    Raises PermissionDenied, LabelTaken and TooMany.
    """
    tenant = Tenant.objects.select_for_update(no_key=True).get(
        pk=by.tenant_id
    )  # the limit, and the issuer's own role, hold still
    _refuse_unless_theirs_to_give(by, role)
    if ApiToken.objects.for_tenant(tenant).live().count() >= MOST:
        raise TooMany
    token, now = _make(), timezone.now()
    row = ApiToken(tenant=tenant, label=_one_line(label), role=role, created_by=by.user, created_at=now)
    row.expires_at = now + lifetime if lifetime else None
    row.digest, row.prefix, row.last4 = _digest(token), token[:HINT], token[-4:]
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise LabelTaken from None
    audit.record(Verb.API_TOKEN_ISSUED, tenant=tenant, target=row, role=role, expires_at=row.expires_at)
    return row, token


def _refuse_unless_theirs_to_give(by: Membership, role: Role) -> None:
    """The role of now: it may have been lowered since the page was opened. The place of staff is stored nowhere."""
    current = Membership.objects.for_tenant(by.tenant_id).filter(user=by.user_id).first()
    if current is None and by.user.is_staff:
        current = by
    if current is None or not current.is_at_least(Role.ADMIN):
        raise PermissionDenied("Only an admin can issue API tokens.")
    if role not in GRANTABLE or not current.is_at_least(role):
        raise PermissionDenied("An API token can be an agent, a manager or an admin.")


@transaction.atomic
def rename(row: ApiToken, label: str) -> None:
    """Call a token something else, from the next thing it does. Raises LabelTaken."""
    before = audit.snapshot(row, ["label"])
    row.label = _one_line(label)
    try:
        with transaction.atomic():
            row.save(update_fields=["label"])
    except IntegrityError:
        raise LabelTaken from None
    seen = audit.changes_of(before, row, shown=["label"])
    audit.record_changes(Verb.API_TOKEN_RENAMED, tenant=row.tenant_id, target=row, changes=seen)


@transaction.atomic
def revoke(row: ApiToken) -> bool:
    """Shut the door for a token from the next call on; False when it was revoked before."""
    kept = ApiToken.objects.for_tenant(row.tenant_id).kept().filter(pk=row.pk)
    revoked_at = timezone.now()
    if not kept.update(revoked_at=revoked_at):
        return False
    row.revoked_at = revoked_at
    audit.record(Verb.API_TOKEN_REVOKED, tenant=row.tenant_id, target=row)
    return True


def read(token: str) -> Access:
    """What a token opens; raises TokenInvalid, TokenExpired or TokenRevoked. One query, none for what can't be one."""
    if not is_whole(token):
        raise TokenInvalid
    with wall.lowered():  # whose it is is what is asked
        row = ApiToken.objects.select_related("tenant").filter(digest=_digest(token)).first()
    if row is None:
        raise TokenInvalid
    if row.revoked_at is not None:
        raise TokenRevoked
    if row.has_expired:
        raise TokenExpired
    return Access(place=row, tenant=row.tenant)


# Whoever holds the row, such as another call that notes the same, is left alone: a call waits for nothing here.
_NOTE = Statement("""
    UPDATE tenants_apitoken SET last_used_at = now() WHERE id = (
        SELECT id FROM tenants_apitoken
        WHERE tenant_id = %s AND id = %s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
        FOR NO KEY UPDATE SKIP LOCKED
    )
""")
_NOTED_EVERY = timedelta(minutes=1)


def note_use(row: ApiToken) -> None:
    """Remember when it was last used, at most once a minute."""
    if row.last_used_at is None or row.last_used_at < timezone.now() - _NOTED_EVERY:
        _NOTE.run([row.tenant_id, row.pk])


def count_call(row: ApiToken) -> rates.Standing | None:
    """Count a call by this token, and raise RateLimited when it is one too many."""
    return rates.count({f"tokens.rate.{row.pk}": CALLS, f"tokens.rate.{row.tenant_id}": CALLS_OF_ALL})


def is_whole(token: str) -> bool:
    """Whether a string has the shape of a token and its checksum is right."""
    return bool(_SHAPE.fullmatch(token)) and secrets.compare_digest(token[-CHECK:], _checksum(token[:-CHECK]))


def _one_line(label: str) -> str:
    return " ".join(label.split())


def _make() -> str:
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM))
    return body + _checksum(body)


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def _digest(token: str) -> str:
    """256 random bits can't be guessed, so a quick hash keeps them as well as a slow one would."""
    return hashlib.sha256(token.encode()).hexdigest()
