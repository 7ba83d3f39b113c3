"""Pages that belong to no app: the guide to troubles, and the API's documentation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from autochat import api_docs as docs
from autochat import guide


def help_page(request: HttpRequest) -> HttpResponse:
    """What each error means and what to do; every error of the API links to its paragraph."""
    return render(request, "help.html", {"errors": guide.ERRORS, "symptoms": guide.SYMPTOMS})


def api_docs(request: HttpRequest) -> HttpResponse:
    """The API as a page, made of the same schema that /api/schema serves."""
    return render(request, "api_docs.html", {"groups": docs.groups()})
