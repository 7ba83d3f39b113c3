"""Tracking's part of the dashboard API, under /api/."""

from __future__ import annotations

from django.urls import path

from tracking.api import analytics, deliveries, health, mappings, outcomes, presets, qualification, webhooks

app_name = "tracking_api"
urlpatterns = [
    path("analytics", analytics.AnalyticsView.as_view(), name="analytics"),
    path("tracking/deliveries", deliveries.DeliveriesView.as_view(), name="deliveries"),
    path("tracking/deliveries/<uuid:delivery_id>/replay", deliveries.ReplayView.as_view(), name="replay"),
    path("conversations/<uuid:pk>/outcomes", outcomes.OutcomesView.as_view(), name="outcomes"),
    path("tracking/mappings", mappings.MappingsView.as_view(), name="mappings"),
    path("tracking/mappings/<str:event_type>", mappings.MappingView.as_view(), name="mapping"),
    path("tracking/qualification", qualification.QualificationView.as_view(), name="qualification"),
    path("tracking/qualification/test", qualification.TrialView.as_view(), name="qualification_trial"),
    path("tracking/schemas/", outcomes.SchemasView.as_view(), name="schemas"),
    path("tracking/schemas/<str:event_type>.json", outcomes.SchemaView.as_view(), name="schema"),
    path("tracking/health", health.HealthView.as_view(), name="health"),
    path("tracking/health/probes", health.ProbesView.as_view(), name="probes"),
    path("webhooks", webhooks.EndpointsView.as_view(), name="webhooks"),
    path("webhooks/<uuid:endpoint_id>", webhooks.EndpointView.as_view(), name="webhook"),
    path("webhooks/<uuid:endpoint_id>/rotate", webhooks.RotationView.as_view(), name="webhook_rotation"),
    path("webhooks/<uuid:endpoint_id>/test", webhooks.PingView.as_view(), name="webhook_test"),
    path("webhooks/<uuid:endpoint_id>/replay", webhooks.ReplaySinceView.as_view(), name="webhook_replay"),
    path("tracking/presets", presets.PresetsView.as_view(), name="presets"),
]
