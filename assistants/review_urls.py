"""Addresses of the queue of held replies."""

from __future__ import annotations

from django.urls import path

from assistants.views import reviews

app_name = "reviews"
urlpatterns = [
    path("reviews", reviews.queue, name="queue"),
    path("reviews/count", reviews.count, name="count"),
    path("reviews/<uuid:review_id>", reviews.queue, name="review"),
    path("reviews/<uuid:review_id>/decision", reviews.decision, name="decision"),
]
