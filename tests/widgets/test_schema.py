"""P8: the widget's addresses are described, those on the event loop too."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


def test_every_address_of_the_widget_is_described_with_its_token():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    prefix = "/api/widgets/{tenant_id}/"
    described = {path.removeprefix(prefix) for path in schema["paths"] if path.startswith(prefix)}
    assert described == {"chat", "chat/stop", "config", "messages", "rating", "stream", "track", "voice/start"}
    for path, methods in schema["paths"].items():
        if path.startswith(prefix):
            assert [method["security"] for method in methods.values()] == [[{"widgetToken": []}]] * len(methods)
    assert "widgetToken" in schema["components"]["securitySchemes"]


def test_p08_the_schema_of_the_api_has_no_two_things_of_one_name():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO(), stderr=StringIO())
