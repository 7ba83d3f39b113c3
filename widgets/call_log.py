"""Calls at the widget's door that come to nothing, counted by hour, code and site, so that the doctor can say why.

Anybody can make calls fail, as often as they like. So a call adds to a count in this process's memory and no more; a
few seconds later a thread writes down what there is, in a bounded number of statements. A process that is killed takes
its last seconds along: what is counted here is a help, not a ledger.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from structlog.contextvars import get_contextvars

from tenants.ownership import new_id
from widgets.domains import site_of
from widgets.models import FailedCalls

WRITTEN_AFTER: Final = 5.0  # seconds
MOST_WAITING = 400  # counts in memory: with them a process writes eighty rows a second, whatever comes
MOST_OF_ONE = 40  # of these a tenant's: a flood at one door leaves room for the others
MOST_ROWS = 60  # a tenant's in an hour, made by calls that show no genuine token of theirs
MOST_ROWS_KNOWN = 200  # and with those that do
LATEST = 3  # calls whose moment and request id are kept with each count
KEPT = timedelta(days=8)
BATCH = 5000

TENANT_ID_WRONG = "tenant_id_wrong"
"""Our own code for a call that shows one tenant's genuine token at another address; counted for the token's tenant."""

COUNTED = frozenset({
    "invalid_request", "no_assistant", "token_missing", "token_invalid", "token_expired", "token_revoked",
    "domain_not_authorized", "payload_too_large", "unsupported_media_type", "usage_limit_exceeded", "rate_limited",
    "assistant_misconfigured", "server_error", TENANT_ID_WRONG,
})  # fmt: skip
WITHOUT_REPLY = frozenset({
    "provider_not_configured", "provider_error", "provider_timeout", "provider_rate_limited", "held_for_review",
    "safety_blocked", "serious_mode",
})  # fmt: skip

logger = structlog.get_logger("widgets.call_log")


class Shown(NamedTuple):
    """A token of ours that came with a refused call: genuine, if perhaps over."""

    tenant_id: uuid.UUID
    jti: uuid.UUID


class Kind(NamedTuple):
    """What is counted together."""

    tenant_id: uuid.UUID
    hour: datetime
    code: str
    endpoint: str
    host: str


@dataclass(slots=True)
class Count:
    """Calls of one kind that aren't written down yet."""

    status: int
    jti: uuid.UUID | None = None
    times: int = 0
    first_at: datetime = field(default_factory=timezone.now)
    latest: list[tuple[datetime, str]] = field(default_factory=list)


_lock = threading.Lock()
_waiting: dict[Kind, Count] = {}
_timer: threading.Timer | None = None


def note_refusal(
    tenant_id: str, endpoint: str, *, status: int, code: str, headers: Mapping[str, str], shown: Shown | None = None
) -> None:
    """Count a call that was refused. `tenant_id` is the one in its address, which need not be anybody's."""
    try:
        asked = uuid.UUID(tenant_id)
    except ValueError:
        asked = None
    if shown and shown.tenant_id != asked:
        asked, code = shown.tenant_id, TENANT_ID_WRONG
    if asked is None or code not in COUNTED:
        return
    site = site_of(headers.get("Origin") or headers.get("Referer"))
    _count(Kind(asked, _hour(), code, endpoint, site.host if site else ""), status, shown.jti if shown else None)


def note_silence(tenant_id: uuid.UUID, reason: str | None) -> None:
    """Count a message that was taken and got no reply."""
    if reason in WITHOUT_REPLY:
        _count(Kind(tenant_id, _hour(), str(reason), "POST chat", ""), 200, None)


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def _count(kind: Kind, status: int, jti: uuid.UUID | None) -> None:
    with _lock:
        if kind not in _waiting and sum(it.tenant_id == kind.tenant_id for it in _waiting) >= MOST_OF_ONE:
            kind = kind._replace(host="")  # a few more at most: codes and endpoints are ours
        if kind not in _waiting and len(_waiting) >= MOST_WAITING:
            return
        count = _waiting.setdefault(kind, Count(status))
        count.times += 1
        count.jti = jti or count.jti
        request_id = str(get_contextvars().get("request_id", ""))[:128]
        count.latest = [(timezone.now(), request_id), *count.latest][:LATEST]
    _write_later()


def _write_later() -> None:
    global _timer  # noqa: PLW0603  (one for the process)
    with _lock:
        if _timer is None:
            _timer = threading.Timer(WRITTEN_AFTER, _write_all)
            _timer.daemon = True
            _timer.start()


def _write_all() -> None:
    global _timer  # noqa: PLW0603
    with _lock:
        _timer = None
    try:
        write()
    finally:
        connection.close()


def write(tenant_id: uuid.UUID | None = None) -> None:
    """Write down what this process has counted, of all tenants or of one."""
    with _lock:
        kinds = [kind for kind in _waiting if tenant_id in (None, kind.tenant_id)]
        counts = [(kind, _waiting.pop(kind)) for kind in kinds]
    for kind, count in counts:
        try:
            with transaction.atomic():
                if not _add(kind, count):
                    _add(kind._replace(host=""), count, most=2 * MOST_ROWS_KNOWN)
        except DatabaseError as error:  # a tenant that is gone, a database that is away
            logger.warning("failed calls not counted", error=type(error).__name__)


_ADD = """
    INSERT INTO widgets_failedcalls AS known
        (id, tenant_id, hour, code, status, endpoint, host, jti, times, first_at, last_at, latest_at, latest_ids)
    SELECT %(id)s, %(tenant_id)s, %(hour)s, %(code)s, %(status)s, %(endpoint)s, %(host)s, %(jti)s::uuid, %(times)s,
        %(first_at)s, %(last_at)s, %(latest_at)s::timestamptz[], %(latest_ids)s::varchar[]
    WHERE (SELECT count(*) FROM widgets_failedcalls WHERE tenant_id = %(tenant_id)s AND hour = %(hour)s) < %(most)s
        OR EXISTS (SELECT FROM widgets_failedcalls WHERE tenant_id = %(tenant_id)s AND hour = %(hour)s
            AND code = %(code)s AND endpoint = %(endpoint)s AND host = %(host)s)
    ON CONFLICT (tenant_id, hour, code, endpoint, host) DO UPDATE SET
        times = known.times + excluded.times, status = excluded.status, jti = coalesce(excluded.jti, known.jti),
        last_at = greatest(known.last_at, excluded.last_at),
        latest_at = (excluded.latest_at || known.latest_at)[1:3],
        latest_ids = (excluded.latest_ids || known.latest_ids)[1:3]
"""


def _add(kind: Kind, count: Count, *, most: int = 0) -> bool:
    """Add to the row of this kind; False where there is none and no room for one."""
    values: dict[str, Any] = kind._asdict() | {
        "id": new_id(),
        "status": count.status,
        "jti": count.jti,
        "times": count.times,
        "first_at": count.first_at,
        "last_at": count.latest[0][0],
        "latest_at": [at for at, _ in count.latest],
        "latest_ids": [request_id for _, request_id in count.latest],
        "most": most or (MOST_ROWS_KNOWN if count.jti else MOST_ROWS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        return bool(cursor.rowcount)


def forget_old() -> int:
    """Delete what is over, in parts; how many rows."""
    before, forgotten, part = timezone.now() - KEPT, 0, BATCH
    while part == BATCH:
        old = FailedCalls.objects.filter(hour__lt=before).order_by("hour").values("pk")[:BATCH]
        part = FailedCalls.objects.filter(pk__in=old).delete()[0]
        forgotten += part
    return forgotten
