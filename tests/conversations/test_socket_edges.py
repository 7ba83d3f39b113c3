"""What clients of the socket do that nobody planned for: they leave in the middle, talk on after the end, know more."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from conversations import services as conversations
from tenants import credentials
from tests.dashboard import Dashboard
from tests.factories import make_conversation
from tests.servers import Web
from tests.world import Company


def test_s10_sockets_that_are_talked_to_after_their_end_are_given_up(web: Web, acme: Company) -> None:
    for _ in range(31):
        with Dashboard(web) as dashboard:
            dashboard.sign_in(acme.owner)
            dashboard.send(json.dumps({"type": "x" * 65 * 1024}))
            with suppress(ConnectionClosed):  # as soon as the server's farewell is here, nothing more can be sent
                for _ in range(5):
                    dashboard.send("{")
            assert dashboard.end() == ("invalid_frame", 4400)
    with Dashboard(web) as dashboard:
        assert dashboard.sign_in(acme.owner)["type"] == "auth:ok"
    assert "Traceback" not in web.output()


def test_s10_clients_that_leave_while_they_are_let_in_are_given_up(web: Web, acme: Company) -> None:
    token = credentials.issue_access(acme.owner)
    for _ in range(40):
        with Dashboard(web) as dashboard:
            dashboard.send({"type": "auth", "token": token})
            dashboard.socket.socket.close()
    with Dashboard(web) as dashboard:
        assert dashboard.sign_in(acme.owner)["type"] == "auth:ok"


def test_s10_a_client_without_an_origin_is_no_browser(web: Web, acme: Company) -> None:
    with Dashboard(web, origin="") as dashboard:
        assert dashboard.sign_in(acme.owner)["type"] == "auth:ok"


@pytest.mark.parametrize("since", [1e30, 2**70, -(2**62), 0.5, True, "7", {}])
def test_b3_a_since_that_is_no_number_of_the_log_says_resync(web: Web, acme: Company, since: object) -> None:
    with Dashboard(web) as dashboard:
        assert dashboard.sign_in(acme.owner, since=since)["type"] == "auth:ok"
        assert dashboard.next(seconds=1) == {"type": "resync"}


def test_d14_a_veiled_event_has_its_time(web: Web, acme: Company) -> None:
    theirs = make_conversation(acme.tenant, said="Private", assigned_to=acme.manager.user)
    with Dashboard(web) as agent:
        agent.sign_in(acme.agent)
        conversations.post_reply(conversation=theirs, by=acme.manager, text="Between us")
        assert all(event["at"].endswith("Z") for event in agent.events(2))
