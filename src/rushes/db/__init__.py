"""The one Django application, and the PostgreSQL it runs on."""
