"""Tracking's part of the dashboard API, under /api/."""

from __future__ import annotations

from django.urls import path

from tracking.api import presets

app_name = "tracking_api"
urlpatterns = [
    path("tracking/presets", presets.PresetsView.as_view(), name="presets"),
]
