"""The widget's door: which tenant somebody asks for, by which token and from which site. One query when all is well."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings as conf
from django.db.models import Q
from django.utils import timezone

from tenants import tokens, wall
from tenants.models import Tenant
from tenants.statements import Columns, Statement
from widgets import domains, refused
from widgets.call_log import Shown
from widgets.models import WidgetSettings, WidgetToken
from widgets.refusals import (
    DomainNotAuthorized,
    DoorShut,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
    TokenRevoked,
    WidgetNotFound,
)
from widgets.tokens import TYPE

USE_NOTED_EVERY = timedelta(minutes=1)  # “last used” needs no more, and a busy token is no place for a write each time


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in: the tenant, and its widget's settings (defaults where it has none)."""

    tenant: Tenant
    settings: WidgetSettings


def admit(*, tenant_id: str, authorization: str | None, origin: str | None, referer: str | None) -> Admitted:
    """Let a visitor in, or say why not: an unknown tenant first, then the token, then the site."""
    try:
        return _admit(tenant_id, authorization, origin or referer)
    except DoorShut as refused:
        refused.shown = _shown(authorization)
        raise


def _admit(tenant_id: str, authorization: str | None, source: str | None) -> Admitted:
    tenant_uuid = _tenant_uuid(tenant_id)
    try:
        row, is_preview = _token_row(tenant_uuid, _bearer(authorization))
    except (TokenMissing, TokenInvalid, TokenExpired, TokenRevoked):
        if not Tenant.objects.filter(pk=tenant_uuid).exists():
            raise WidgetNotFound from None
        raise
    settings = WidgetSettings.of(row.tenant)
    if not (is_preview and _is_our_own(source)):
        _check_site(row, settings, source)
        _note_use(row, source)
    return Admitted(tenant=row.tenant, settings=settings)


def _shown(authorization: str | None) -> Shown | None:
    """What a refused caller's token says, if it is one of ours."""
    with suppress(TokenMissing, tokens.TokenInvalid):
        claims = tokens.read_ended(_bearer(authorization), TYPE)
        return Shown(tokens.uuid_claim(claims, "aud"), tokens.uuid_claim(claims, "jti"))
    return None


def _tenant_uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise WidgetNotFound from None


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    return token.strip()


def _token_row(tenant_id: uuid.UUID, token: str) -> tuple[WidgetToken, bool]:
    """The row of a genuine token of this tenant, with what the door needs to know, and whether it is a preview's."""
    try:
        claims = tokens.read(token, TYPE)
        jti = tokens.uuid_claim(claims, "jti")
        audience = tokens.uuid_claim(claims, "aud")
    except tokens.TokenExpired:
        raise TokenExpired from None
    except tokens.TokenInvalid:
        raise TokenInvalid from None
    if audience != tenant_id:
        raise TokenInvalid
    wall.put_up(tenant_id)
    row = _find(tenant_id, jti)
    if row is None or row.revoked_at is not None:
        raise TokenRevoked
    return row, claims.get("preview") is True


_TOKEN, _TENANT, _WIDGET = Columns(WidgetToken, "token"), Columns(Tenant, "tenant"), Columns(WidgetSettings, "widget")
_FIND = Statement(f"""
    SELECT ARRAY(SELECT domain FROM widgets_alloweddomain listed WHERE listed.tenant_id = token.tenant_id),
        {_TOKEN.sql}, {_TENANT.sql}, {_WIDGET.sql}
    FROM widgets_widgettoken token JOIN tenants_tenant tenant ON tenant.id = token.tenant_id
        LEFT JOIN widgets_widgetsettings widget ON widget.tenant_id = tenant.id
    WHERE token.tenant_id = %s AND token.jti = %s
""")  # noqa: S608  (column names of ours)


def _find(tenant_id: uuid.UUID, jti: uuid.UUID) -> WidgetToken | None:
    found = _FIND.one([tenant_id, jti])
    if found is None:
        return None
    allowed_domains, *values = found
    row = _TOKEN.read(values[: len(_TOKEN)])
    row.tenant = _TENANT.read(values[len(_TOKEN) : len(_TOKEN) + len(_TENANT)])
    settings = values[len(_TOKEN) + len(_TENANT) :]
    # Without a row of settings all its columns are NULL, the primary key first of all.
    row.tenant.widget = _WIDGET.read(settings) if settings[0] else WidgetSettings(tenant=row.tenant)
    row.allowed_domains = allowed_domains  # type: ignore[attr-defined]
    return row


def _is_our_own(source: str | None) -> bool:
    """The dashboard shows the widget to its admins whatever the list says."""
    return source is not None and domains.site_of(source) == domains.site_of(conf.PUBLIC_URL)


def _check_site(row: WidgetToken, settings: WidgetSettings, source: str | None) -> None:
    """Refuse a site that isn't listed. Any site can have a `null` origin, so only a missing one may be let pass."""
    listed: list[str] = row.allowed_domains  # type: ignore[attr-defined]  # put there by _find
    if not listed or domains.is_allowed(listed, source):
        return
    if source is None and settings.allow_missing_origin:
        return
    refused.note(row.tenant_id, source)
    raise DomainNotAuthorized


def _note_use(row: WidgetToken, source: str | None) -> None:
    """Remember when and where the token was last used, at most once a minute."""
    now = timezone.now()
    if row.last_used_at is not None and row.last_used_at > now - USE_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    site = domains.site_of(source)
    WidgetToken.objects.filter(stale, pk=row.pk).update(last_used_at=now, last_origin=site.host if site else "")
