"""What conversations do about announcements from below."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from conversations import realtime
from tenants.signals import access_ended


@receiver(access_ended)
def close_sockets(*, user_id: uuid.UUID, tenant_id: uuid.UUID, **_: Any) -> None:
    """A member who was removed hears nothing more."""
    transaction.on_commit(partial(realtime.end_access, tenant_id, user_id))
