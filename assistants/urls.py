"""Addresses of the assistants' pages."""

from __future__ import annotations

from django.urls import path

from assistants import views

app_name = "assistants"

urlpatterns = [path("assistants/", views.assistant_list, name="list")]
