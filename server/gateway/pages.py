"""What the port answers to plain HTTP: its health, its figures and its CA certificate (SPEC 10)."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Response

from server.gateway.ports import Commons

JSON = "application/json"
METRICS = "text/plain; version=0.0.4; charset=utf-8"
PEM = "application/x-pem-file"


def answer(
    connection: ServerConnection, path: str, commons: Commons, gauges: Mapping[str, int]
) -> Response:
    """Return the page at `path`, or 404."""
    match path:
        case "/health":
            return _health(connection, gauges)
        case "/metrics":
            return _page(connection, METRICS, commons.metrics.text(gauges))
        case "/ca":
            return _page(connection, PEM, commons.ca_pem.decode())
        case _:
            return connection.respond(HTTPStatus.NOT_FOUND, "There is nothing here.\n")


def _health(connection: ServerConnection, gauges: Mapping[str, int]) -> Response:
    """200 while ballots can be recorded; 503 when some meeting cannot write."""
    sick = gauges["read_only"] > 0
    body = {"status": "read_only" if sick else "ok", **gauges}
    status = HTTPStatus.SERVICE_UNAVAILABLE if sick else HTTPStatus.OK
    return _page(connection, JSON, msgspec.json.encode(body).decode() + "\n", status)


def _page(
    connection: ServerConnection, kind: str, text: str, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    response = connection.respond(status, text)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = "no-store"
    return response
