"""What the inbox's templates show, gathered in one place for pages, fragments and acts."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from conversations import costs, inbox, log, rows, summaries, transcript
from conversations.forms import FilterForm
from conversations.models import Conversation
from tenants.access import MemberRequest
from tenants.models import Membership
from tenants.paging import BoundedPaginator, page_asked

PAGE_SIZE = 50
OPEN = Conversation.Status.OPEN


def find_conversation(request: MemberRequest, pk: uuid.UUID) -> Conversation:
    """The conversation, if this member may see it; 404 otherwise."""
    visible = Conversation.objects.visible_to(request.membership).for_inbox().select_related("summary")
    return get_object_or_404(visible, pk=pk)


def list_context(request: MemberRequest, *, current: uuid.UUID | None = None) -> dict[str, Any]:
    """The list of conversations as the query string filters it."""
    form = FilterForm(request.GET)
    filters = form.filters(status=OPEN)
    number = page_asked(request)
    found, is_all = inbox.first_of(request.membership, filters, PAGE_SIZE * number)
    looking = partial(inbox.looking_for, filters) if filters.words else None
    pages = BoundedPaginator(found, PAGE_SIZE, number, is_all=is_all, looking=looking)
    page = pages.shown(lambda shown: inbox.with_last_author(shown.for_inbox()))
    return {
        "page": page,
        "rows": [rows.row_of(conversation, request.user) for conversation in page.object_list],
        "form": form,
        "filters": filters,
        "is_narrowed": any((filters.words, filters.qualified is not None, filters.since, filters.until)),
        "query": _query(form),
        "current": current,
    }


def row_context(request: MemberRequest, pk: uuid.UUID) -> dict[str, Any] | None:
    """One row of the same list; None when the filters don't let it through."""
    form = FilterForm(request.GET)
    filters = form.filters(status=OPEN)
    found = inbox.some_of(inbox.find(request.membership, filters).filter(pk=pk), filters, slice(None))
    conversation = inbox.with_last_author(found.for_inbox()).first()
    if conversation is None:
        return None
    return {"row": rows.row_of(conversation, request.user), "query": _query(form)}


def head_context(
    request: MemberRequest, conversation: Conversation, *, window: transcript.Window | None = None
) -> dict[str, Any]:
    """What stands around a transcript: who has the conversation, what can be done with it, who the visitor is."""
    speaks = transcript.last_assistant(conversation) if window is None else window.assistant
    return {
        "conversation": conversation,
        "name": rows.name_of(conversation),
        "known_name": rows.known_name_of(conversation),
        "holder": rows.holder_of(conversation, request.user, assistant=speaks),
        "assistant": speaks or "the assistant",
        "members": Membership.objects.for_tenant(request.tenant).in_order(),
        "cost": costs.cost_of(conversation, window),
        "summary": summaries.standing(conversation),
        "query": _query(FilterForm(request.GET)),
    }


def thread_context(request: MemberRequest, conversation: Conversation) -> dict[str, Any]:
    """An open conversation: the latest messages and what stands around them."""
    window = transcript.latest(conversation, request.user)
    around = head_context(request, conversation, window=window)
    return around | {"window": window}


def page_context(request: MemberRequest, conversation: Conversation | None) -> dict[str, Any]:
    """The whole page. The log's number is read first: what happens from here on comes over the socket."""
    seq = log.heads([request.tenant.pk])[request.tenant.pk]
    counts = inbox.count(request.membership)
    context = list_context(request, current=conversation.pk if conversation else None)
    context |= {"seq": seq, "counts": counts, "nav_unread": counts.unread, "tabs": _tabs(request, context, counts)}
    nothing = not (context["rows"] or counts.open)
    context["is_first"] = nothing and not inbox.find(request.membership, inbox.Filters()).exists()
    return context | (thread_context(request, conversation) if conversation else {})


def _tabs(request: MemberRequest, context: dict[str, Any], counts: inbox.Counts) -> list[dict[str, Any]]:
    filters = context["filters"]
    closed, mine = filters.status == Conversation.Status.CLOSED, filters.assigned_to == "me"

    def tab(label: str, key: str, current: bool, number: int | str | None = None, **change: str) -> dict[str, Any]:
        asked = ((name, request.GET.get(name, "")) for name in ("q", "qualified", "from", "to"))
        kept = {name: str(value) for name, value in asked if value} | change
        url = reverse("conversations:inbox") + (f"?{_encoded(kept)}" if kept else "")
        return {"label": label, "key": key, "url": url, "current": current, "count": number}

    return [
        tab("Open", "open", not closed and not mine, inbox.say(counts.open)),
        tab("Mine", "mine", mine and not closed, inbox.say(counts.mine), assigned_to="me"),
        tab("Closed", "closed", closed, status="closed"),
    ]


def _query(form: FilterForm) -> str:
    return _encoded({name: str(form.data[name]) for name in form.fields if form.data.get(name)})


def _encoded(values: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()
