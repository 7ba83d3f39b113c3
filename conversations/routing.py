"""Where the dashboard's socket is (contract §5)."""

from __future__ import annotations

from django.urls import path

from conversations.consumers import TenantConsumer

websocket_urlpatterns = [path("api/ws/tenant", TenantConsumer.as_asgi())]
