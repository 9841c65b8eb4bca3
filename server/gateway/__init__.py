"""The way in: one TLS port for meetings, papers and the pages that machines read."""

from server.gateway.gateway import Gateway
from server.gateway.limits import Limits
from server.gateway.metrics import Metrics
from server.gateway.ports import Commons, Office

__all__ = ["Commons", "Gateway", "Limits", "Metrics", "Office"]
