"""The admin pages: every record of the studio, for admins."""
