"""Addresses of the settings about webhooks, and of the part of Health that refreshes itself."""

from __future__ import annotations

from django.urls import path

from tracking.views import deliveries, health, webhooks

app_name = "webhooks"
urlpatterns = [
    path("settings/webhooks", webhooks.endpoint_list, name="endpoints"),
    path("settings/webhooks/new", webhooks.new_endpoint, name="new"),
    path("settings/webhooks/failed/replay", webhooks.replay_failed, name="replay-failed"),
    path("settings/webhooks/health", health.fragment, name="health"),
    path("settings/webhooks/health/probes", health.probe, name="probe-all"),
    path("settings/webhooks/<uuid:endpoint_id>/probe", health.probe, name="probe"),
    path("settings/webhooks/deliveries/<uuid:delivery_id>", deliveries.delivery, name="delivery"),
    path("settings/webhooks/deliveries/<uuid:delivery_id>/replay", deliveries.replay, name="replay"),
    path("settings/webhooks/<uuid:endpoint_id>", webhooks.one_endpoint, name="endpoint"),
    path("settings/webhooks/<uuid:endpoint_id>/rotation", webhooks.rotation, name="rotation"),
    path("settings/webhooks/<uuid:endpoint_id>/status", webhooks.status, name="status"),
    path("settings/webhooks/<uuid:endpoint_id>/test", webhooks.test, name="test"),
    path("settings/webhooks/<uuid:endpoint_id>/replay", webhooks.replay_since, name="replay-since"),
    path("settings/webhooks/<uuid:endpoint_id>/failed/replay", webhooks.replay_failed, name="replay-failed"),
    path("settings/webhooks/<uuid:endpoint_id>/removal", webhooks.removal, name="removal"),
]
