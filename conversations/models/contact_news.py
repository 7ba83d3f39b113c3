"""That a contact is known better, where its other conversations don't know yet."""

from __future__ import annotations

from django.db import models

from conversations.models.contact import Contact
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class ContactNews(TenantOwned):
    """A contact whose open conversations are to be looked at again; goes as soon as all of them were.

    `before` is how far that is: the newest come first, and from this one on nothing has been looked at. `round` is
    raised by whatever is news meanwhile, so that no worker takes away what it hasn't seen.
    """

    contact = models.OneToOneField(Contact, on_delete=models.DO_NOTHING, related_name="news", db_constraint=False)
    round = models.PositiveIntegerField(default=1)
    before = models.UUIDField(null=True)
    since = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["ContactNews"].as_manager()

    class Meta:
        verbose_name_plural = "news of contacts"
        indexes = [models.Index(fields=["since"], name="contact_news_since")]
