"""The inbox's addresses."""

from __future__ import annotations

from django.urls import path

from conversations.views import acts, fragments, pages

app_name = "conversations"

urlpatterns = [
    path("inbox", pages.inbox, name="inbox"),
    path("inbox/export.csv", pages.export, name="export"),
    path("inbox/counts", fragments.counts, name="counts"),
    path("inbox/rows", fragments.rows, name="rows"),
    path("inbox/rows/<uuid:pk>", fragments.row, name="row"),
    path("inbox/<uuid:pk>", pages.conversation, name="conversation"),
    path("inbox/<uuid:pk>/panes", fragments.panes, name="panes"),
    path("inbox/<uuid:pk>/head", fragments.head, name="head"),
    path("inbox/<uuid:pk>/messages", fragments.messages, name="messages"),
    path("inbox/<uuid:pk>/replies", acts.replies, name="replies"),
    path("inbox/<uuid:pk>/handover", acts.handover, name="handover"),
    path("inbox/<uuid:pk>/return", acts.giving_back, name="return"),
    path("inbox/<uuid:pk>/closure", acts.closure, name="closure"),
    path("inbox/<uuid:pk>/reopening", acts.reopening, name="reopening"),
    path("inbox/<uuid:pk>/assignment", acts.assignment, name="assignment"),
    path("inbox/<uuid:pk>/read", acts.read, name="read"),
]
