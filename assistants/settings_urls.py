"""Addresses of the settings about keys and the AI budget; apart from `urls`, so that the rail shows where one is."""

from __future__ import annotations

from django.urls import path

from assistants.views import budget, keys

app_name = "byok"
urlpatterns = [
    path("settings/byok", keys.key_list, name="keys"),
    path("settings/byok/new", keys.new_key, name="new"),
    path("settings/byok/<uuid:key_id>", keys.one_key, name="key"),
    path("settings/byok/<uuid:key_id>/rotation", keys.rotation, name="rotation"),
    path("settings/byok/<uuid:key_id>/test", keys.test, name="test"),
    path("settings/byok/<uuid:key_id>/removal", keys.removal, name="removal"),
    path("settings/budget", budget.monthly, name="budget"),
]
