"""The preset registry of the snippet builder (contract §6)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.authentication import HasRole
from tenants.models import Role
from tracking import presets

_TEXT = {"type": "string"}
_PRESET = {
    "type": "object",
    "properties": dict.fromkeys(("key", "label", "paste", "calls", "consent", "template", "fixed_name"), _TEXT),
    "required": ["key", "label", "paste", "calls", "consent", "template", "fixed_name"],
}
_REGISTRY = {
    "type": "object",
    "properties": {
        "version": {"type": "integer", "const": presets.VERSION},
        "event_name": _TEXT,
        "stable_event": _TEXT,
        "parameters": {"type": "object", "additionalProperties": _TEXT},
        "presets": {"type": "array", "items": _PRESET},
    },
    "required": ["version", "event_name", "stable_event", "parameters", "presets"],
}


class PresetsView(APIView):
    """The places that the snippet builder writes snippets for."""

    permission_classes = [HasRole(Role.ADMIN)]

    @extend_schema(operation_id="tracking_presets", tags=["tracking"], responses={200: _REGISTRY})
    def get(self, request: Request) -> Response:
        return Response(presets.registry())
