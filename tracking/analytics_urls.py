"""Where Analytics is."""

from __future__ import annotations

from django.urls import path

from tracking.views import analytics

app_name = "analytics"
urlpatterns = [
    path("analytics", analytics.page, name="page"),
    path("analytics/export", analytics.export, name="export"),
]
