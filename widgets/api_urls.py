"""The widget's own API, and its part of the dashboard API, under /api/."""

from __future__ import annotations

from django.urls import path

from widgets import api, chat, settings_api

app_name = "widgets_api"
urlpatterns = [
    path("widgets/<str:tenant_id>/chat", chat.chat, name="chat"),
    path("widgets/<str:tenant_id>/chat/stop", chat.stop, name="stop"),
    path("widgets/<str:tenant_id>/stream", chat.stream, name="stream"),
    path("widgets/<str:tenant_id>/config", api.ConfigView.as_view(), name="config"),
    path("widgets/<str:tenant_id>/messages", api.MessagesView.as_view(), name="messages"),
    path("widgets/<str:tenant_id>/track", api.TrackView.as_view(), name="track"),
    path("widgets/<str:tenant_id>/rating", api.RatingView.as_view(), name="rating"),
    path("widgets/<str:tenant_id>/voice/start", api.VoiceStartView.as_view(), name="voice-start"),
    path("widget", settings_api.SettingsView.as_view(), name="settings"),
    path("widget/domains", settings_api.DomainsView.as_view(), name="domains"),
    path("widget/domains/<uuid:pk>", settings_api.DomainView.as_view(), name="domain"),
    path("widget/tokens", settings_api.TokensView.as_view(), name="tokens"),
    path("widget/tokens/<uuid:pk>", settings_api.TokenView.as_view(), name="token"),
]
