"""Whether whoever sent a request knows the key: AWS signature 4, as the SDK makes it."""

from __future__ import annotations

import hashlib
import hmac
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ACCESS_KEY, SECRET_KEY = "rushes-tests", "kept-between-us-and-the-tests"


def signed(request: BaseHTTPRequestHandler, body: bytes) -> bool:
    """Whether the request is signed by whoever knows the secret key (AWS signature 4)."""
    path, query = urlsplit(request.path)[2:4]
    moment = request.headers.get("x-amz-date") or ""
    scope = f"{moment[:8]}//s3/aws4_request"
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join(
        [
            request.command,
            quote(unquote(path) or "/", safe="/-_.~"),
            "&".join(
                f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs
            ),
            f"host:{request.headers.get('Host')}\nx-amz-date:{moment}\n",
            "host;x-amz-date",
            hashlib.sha256(body).hexdigest(),
        ]
    )
    text = "\n".join(
        ["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = f"AWS4{SECRET_KEY}".encode()
    for piece in (moment[:8], "", "s3", "aws4_request"):
        key = hmac.new(key, piece.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    said = request.headers.get("Authorization") or ""
    return f"Credential={ACCESS_KEY}/" in said and said.endswith(f"Signature={signature}")
