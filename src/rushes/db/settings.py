"""Django's settings, as far as they do not depend on a database's address."""

INSTALLED_APPS = ["rushes.db"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

# Logging is the business of `core.logs`.
LOGGING_CONFIG = None
