"""Tracking's pages beside its settings: outcomes of a conversation, mappings, qualification."""

from __future__ import annotations

from django.urls import path

from tracking.views import outcomes, qualification

app_name = "tracking"
urlpatterns = [
    path("settings/widget/tracking/mappings", outcomes.mappings, name="mappings"),
    path("settings/qualification", qualification.qualification, name="qualification"),
    path("inbox/<uuid:pk>/outcomes", outcomes.panel, name="panel"),
    path("inbox/<uuid:pk>/outcomes/new", outcomes.by_hand, name="by-hand"),
    path("inbox/<uuid:pk>/answers", outcomes.answers, name="answers"),
]
