"""Sessions in the database, by keys that it can hold."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's sessions. A cookie that is none of ours is nobody's, and no fault of the server."""

    def _validate_session_key(self, key: Any) -> bool:
        """Whether it looks like a key that was made here."""
        return bool(key) and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()
