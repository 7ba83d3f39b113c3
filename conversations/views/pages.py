"""The inbox's pages: the list, the list with one conversation open, and the list as a file."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations.export import csv_response
from conversations.forms import FilterForm
from conversations.views.shown import OPEN, find_conversation, page_context
from tenants.access import MemberRequest, member_required


@require_GET
@member_required
def inbox(request: MemberRequest) -> HttpResponse:
    """The list, nothing opened yet."""
    return render(request, "conversations/inbox.html", page_context(request, None))


@require_GET
@member_required
def conversation(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The list with one conversation opened."""
    return render(request, "conversations/inbox.html", page_context(request, find_conversation(request, pk)))


@require_GET
@member_required
def export(request: MemberRequest) -> StreamingHttpResponse:
    """What the list shows, all of it, as a file for spreadsheets."""
    return csv_response(request.membership, FilterForm(request.GET).filters(status=OPEN), for_spreadsheet=True)
