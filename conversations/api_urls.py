"""The conversations' part of the dashboard API."""

from __future__ import annotations

from django.urls import path

from conversations import api, contact_api

app_name = "conversations_api"

urlpatterns = [
    path("conversations", api.Conversations.as_view(), name="conversations"),
    path("conversations/export.csv", api.Export.as_view(), name="export"),
    path("conversations/<uuid:pk>", api.OneConversation.as_view(), name="conversation"),
    path("conversations/<uuid:pk>/messages", api.Messages.as_view(), name="messages"),
    path("contacts", contact_api.ContactsView.as_view(), name="contacts"),
    path("contacts/<uuid:contact_id>", contact_api.ContactView.as_view(), name="contact"),
]
