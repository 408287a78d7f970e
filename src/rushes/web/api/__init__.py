"""The API: `/api/v1`, made of the kinds of records."""
