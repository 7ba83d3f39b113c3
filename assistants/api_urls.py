"""The assistants' part of the dashboard API, under /api/."""

from __future__ import annotations

from django.urls import path

from assistants.api import assistants, keys, knowledge, reviews, rules, safety

app_name = "assistants_api"
urlpatterns = [
    path("assistants", assistants.AssistantsView.as_view(), name="assistants"),
    path("assistants/<uuid:assistant_id>", assistants.AssistantView.as_view(), name="assistant"),
    path("routing-rules", rules.RulesView.as_view(), name="rules"),
    path("routing-rules/<uuid:rule_id>", rules.RuleView.as_view(), name="rule"),
    path("knowledge", knowledge.SourcesView.as_view(), name="sources"),
    path("knowledge/search", knowledge.SearchView.as_view(), name="search"),
    path("knowledge/<uuid:source_id>", knowledge.SourceView.as_view(), name="source"),
    path("knowledge/<uuid:source_id>/pages", knowledge.DocumentsView.as_view(), name="source_pages"),
    path("knowledge/<uuid:source_id>/reading", knowledge.ReadingView.as_view(), name="source_reading"),
    path("safety", safety.SafetyView.as_view(), name="safety"),
    path("safety/test", safety.SafetyTestView.as_view(), name="safety_test"),
    path("reviews", reviews.ReviewsView.as_view(), name="reviews"),
    path("reviews/<uuid:review_id>", reviews.ReviewView.as_view(), name="review"),
    path("provider-keys", keys.ProviderKeysView.as_view(), name="keys"),
    path("provider-keys/<uuid:key_id>", keys.ProviderKeyView.as_view(), name="key"),
    path("provider-keys/<uuid:key_id>/test", keys.ProviderKeyTestView.as_view(), name="key_test"),
]
