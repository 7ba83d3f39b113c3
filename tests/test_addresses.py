"""Addresses that nothing answers at."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_unknown_address_of_the_api_is_not_found_whatever_the_method(method: str, db: None) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, "/api/conversations/1/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
