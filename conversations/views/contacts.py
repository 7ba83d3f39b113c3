"""Contacts: the list, one of them with what there was with them, and a new one."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from conversations import contact_list, contact_services, led_to
from conversations.contact_export import csv_response
from conversations.contact_forms import NOBODY, ContactForm, ListForm
from conversations.models import Contact, Conversation
from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tenants.paging import BoundedPaginator, page_asked

ROWS = 50
HISTORY = 10
ADDRESSES = 20  # other ones that lead to a contact


@require_safe
@role_required(Role.MANAGER)
def listing(request: MemberRequest) -> HttpResponse:
    """The list; with htmx only its rows."""
    context = list_context(request)
    if request.headers.get("HX-Target") == "contact-rows":
        return render(request, "contacts/_rows.html", context)
    context["is_first"] = not (context["page"].object_list or contact_list.is_there(request.tenant.pk))
    return render(request, "contacts/list.html", context)


def list_context(request: MemberRequest, *, but: uuid.UUID | None = None) -> dict[str, Any]:
    """The list as the query string filters it, without one of them."""
    form = ListForm(request.GET)
    filters = form.filters()
    number = contact_list.page_reached(filters, page_asked(request), ROWS)
    rows, is_all = contact_list.first_found(request.tenant.pk, filters, ROWS * number)
    rows = rows.exclude(pk=but) if but else rows
    looking = partial(contact_list.looking_for, filters) if filters.words else None
    page = BoundedPaginator(rows, ROWS, number, is_all=is_all, looking=looking).shown()
    query = request.GET.copy()
    query.pop("page", None)
    return {"form": form, "filters": filters, "page": page, "query": query.urlencode()}


@require_GET
@role_required(Role.MANAGER)
def export(request: MemberRequest) -> StreamingHttpResponse:
    """What the list shows, all of it, as a file for spreadsheets."""
    return csv_response(request.tenant, ListForm(request.GET).filters())


@require_http_methods(["GET", "POST"])
@role_required(Role.MANAGER)
def new(request: MemberRequest) -> HttpResponse:
    """Add somebody by hand."""
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = contact_services.create_contact(tenant=request.tenant, **form.cleaned_data)
        except contact_services.AddressTaken as taken:
            form.tell_taken(taken.by)
        except contact_services.Nobody:
            form.add_error(None, NOBODY)
        else:
            messages.success(request, f"{made} is added.")
            return redirect("contacts:contact", made.pk)
    return render(request, "contacts/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def contact(request: MemberRequest, contact_id: uuid.UUID) -> HttpResponse:
    """One contact: who it is, to be corrected, and what there was with them."""
    found = find_contact(request, contact_id)
    if found.merged_into_id:
        return redirect("contacts:contact", found.merged_into_id)
    if request.method == "POST":
        return _save(request, found)
    return render(request, "contacts/contact.html", contact_context(request, found, ContactForm(contact=found)))


def _save(request: MemberRequest, found: Contact) -> HttpResponse:
    form, status = ContactForm(request.POST, contact=found), 422
    if form.is_valid():
        try:
            saved = contact_services.change_contact(found, instead_of=form.instead_of(), **form.changes())
        except contact_services.ChangedMeanwhile as conflict:
            form.tell_changed(*conflict.now)
            status = 409
        except contact_services.AddressTaken as taken:
            form.tell_taken(taken.by)
        except contact_services.Nobody:
            form.add_error(None, NOBODY)
        except contact_services.MergedMeanwhile as merged:
            messages.warning(request, "This contact was merged with another one meanwhile. This is the one that stays.")
            return redirect("contacts:contact", merged.into)
        except Contact.DoesNotExist:
            raise Http404 from None
        else:
            messages.success(request, f"{saved} is saved.")
            return redirect("contacts:contact", saved.pk)
    return render(request, "contacts/contact.html", contact_context(request, found, form), status=status)


def find_contact(request: MemberRequest, contact_id: uuid.UUID) -> Contact:
    """The company's contact; 404 where there is none."""
    return get_object_or_404(Contact.objects.for_tenant(request.tenant), pk=contact_id)


def contact_context(request: MemberRequest, found: Contact, form: ContactForm) -> dict[str, Any]:
    """What the page shows; its queries don't grow with its rows."""
    page = BoundedPaginator(conversations_of(found), HISTORY, page_asked(request)).shown(
        lambda rows: rows.select_related("assigned_to")
    )
    rows: list[Conversation] = list(page.object_list)
    reached = led_to.outcomes_of(request.tenant.pk, [row.pk for row in rows])
    merged = Contact.objects.for_tenant(request.tenant).filter(merged_into=found.pk).exclude(email="")
    return {
        "contact": found,
        "form": form,
        "page": page,
        "history": [(row, reached.get(row.pk, [])) for row in rows],
        "addresses": merged.order_by("-id")[:ADDRESSES],
        "compare": merge_url(found.pk, form.taken_by.pk) if form.taken_by else "",
        "answers": led_to.answers_of(request.tenant.pk, found.pk),
    }


def merge_url(kept: uuid.UUID, other: uuid.UUID) -> str:
    """Where both are seen side by side."""
    return f"{reverse('contacts:merge', args=[kept])}?with={other}"


def conversations_of(found: Contact) -> QuerySet[Conversation]:
    """A contact's conversations, the newest first."""
    return Conversation.objects.for_tenant(found.tenant_id).filter(contact=found.pk).order_by("-id")
