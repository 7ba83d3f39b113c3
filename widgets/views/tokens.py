"""The token that pages of the dashboard show the widget with."""

from __future__ import annotations

from tenants.models import Tenant
from widgets.models import WidgetToken


def preview_token(tenant: Tenant) -> WidgetToken | None:
    """The token whose snippet is shown unless another one is asked for: of the valid ones the newest."""
    return WidgetToken.objects.for_tenant(tenant).valid().newest_first().first()
