"""What every address of the widget's API does before its own work: CORS, the right method, the door."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from widgets import call_log, cors, serializers
from widgets.authentication import Admitted, admit
from widgets.refusals import PayloadTooLarge


class WidgetView(APIView):
    """A view for visitors' widgets: `self.admitted` says whose. Its errors can be read by the page that asked."""

    authentication_classes = []
    permission_classes = []
    admitted: Admitted

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return  # a preflight carries no token
        if not hasattr(self, str(request.method).lower()):
            self.http_method_not_allowed(request)
        self.admitted = admit(
            tenant_id=kwargs["tenant_id"],
            authorization=request.headers.get("Authorization"),
            origin=request.headers.get("Origin"),
            referer=request.headers.get("Referer"),
        )

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return cors.preflight(request.headers.get("Origin"), ", ".join(self.allowed_methods))

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        tenant_id = self.kwargs["tenant_id"]
        call_log.note_refusal(
            tenant_id,
            f"{self.request.method} {self.request.path.partition(f'{tenant_id}/')[2]}"[:40],
            status=response.status_code,
            code=response.data["error"]["code"],
            headers=self.request.headers,
            shown=getattr(exc, "shown", None),
        )
        return response

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        cors.add_cors(final, request.headers.get("Origin"))
        final.setdefault("Cache-Control", "no-store")
        return final

    def read_body(self, request: Request) -> dict[str, Any]:
        """The JSON object that was sent."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            raise ValidationError({"non_field_errors": ["The Content-Length isn't a number."]})
        if int(length) > serializers.MAX_BODY:
            raise PayloadTooLarge
        return serializers.parse(request._request.body, request.headers.get("Content-Type", ""))  # noqa: SLF001
