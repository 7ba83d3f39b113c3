"""Widget tokens: issued, shown again, revoked. A token is signed from its row, so no copy of it is ever stored."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tenants import audit, tokens
from tenants.models import Tenant, User, Verb
from widgets.models import TOKEN_LIFETIME, WidgetToken

TYPE = "widget"
PREVIEW_LIFETIME = timedelta(hours=8)  # a working day in front of one page
PREFIX = 64  # characters: past the header that all tokens share and well into the id that tells them apart


@transaction.atomic
def issue(
    *, tenant: Tenant, label: str, lifetime: timedelta = TOKEN_LIFETIME, by: User | None = None
) -> tuple[WidgetToken, str]:
    """Make a token for the tenant's sites; returns its row and the token itself."""
    now = timezone.now().replace(microsecond=0)  # a JWT counts in seconds
    row = WidgetToken(
        tenant=tenant, label=label, jti=uuid.uuid4(), created_at=now, expires_at=now + lifetime, created_by=by
    )
    token = sign(row)
    row.prefix, row.last4 = token[:PREFIX], token[-4:]
    row.save(force_insert=True)
    audit.record(Verb.WIDGET_TOKEN_ISSUED, tenant=tenant, target=row, expires_at=row.expires_at)
    return row, token


def sign(row: WidgetToken) -> str:
    """The token of a row, the same one each time."""
    claims = {
        "jti": row.jti.hex,
        "aud": str(row.tenant_id),
        "iat": int(row.created_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
    }
    return tokens.sign(TYPE, claims)


def sign_preview(row: WidgetToken) -> str:
    """A short-lived token in a row's stead, for the dashboard's own preview of the widget and for nowhere else."""
    now = timezone.now()
    claims = {
        "jti": row.jti.hex,
        "aud": str(row.tenant_id),
        "iat": int(now.timestamp()),
        "exp": int(min(row.expires_at, now + PREVIEW_LIFETIME).timestamp()),
        "preview": True,
    }
    return tokens.sign(TYPE, claims)


@transaction.atomic
def revoke(row: WidgetToken) -> bool:
    """Shut the door for a token at once; False when it was revoked before."""
    open_rows = WidgetToken.objects.for_tenant(row.tenant_id).filter(pk=row.pk, revoked_at=None)
    row.revoked_at = timezone.now()
    if not open_rows.update(revoked_at=row.revoked_at):
        return False
    audit.record(Verb.WIDGET_TOKEN_REVOKED, tenant=row.tenant_id, target=row)
    return True


@transaction.atomic
def rename(row: WidgetToken, label: str) -> None:
    """Call a token something else."""
    before = audit.snapshot(row, ["label"])
    row.label = label
    row.save(update_fields=["label"])
    seen = audit.changes_of(before, row, shown=["label"])
    audit.record_changes(Verb.WIDGET_TOKEN_RENAMED, tenant=row.tenant_id, target=row, changes=seen)
