"""The assistants' part of the dashboard API, under /api/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "assistants_api"

urlpatterns: list[URLPattern] = []
