"""The addresses of the pages about contacts."""

from __future__ import annotations

from django.urls import path

from conversations.views import contact_acts, contact_merging, contacts

app_name = "contacts"

urlpatterns = [
    path("contacts", contacts.listing, name="list"),
    path("contacts/new", contacts.new, name="new"),
    path("contacts/export.csv", contacts.export, name="export"),
    path("contacts/<uuid:contact_id>", contacts.contact, name="contact"),
    path("contacts/<uuid:contact_id>/removal", contact_acts.removal, name="removal"),
    path("contacts/<uuid:contact_id>/addresses/<uuid:address_id>/release", contact_acts.release, name="release"),
    path("contacts/<uuid:contact_id>/merge", contact_merging.merge, name="merge"),
]
