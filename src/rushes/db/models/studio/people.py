"""People, what they may do in which project, and the tokens of their programs."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from rushes.db.models.studio.project import Project


class ArtistManager(BaseUserManager["Artist"]):
    """Finds people by their login."""

    def get_by_natural_key(self, login: str | None) -> Artist:
        """The person of that login."""
        return self.get(login=login)


class Artist(AbstractBaseUser):
    """A person who logs in, or who only has work. An `admin` may do everything everywhere."""

    login = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=255, blank=True, default="", db_default="")
    email = models.EmailField(blank=True, default="", db_default="")
    department = models.CharField(max_length=60, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True, db_default=True)
    is_admin = models.BooleanField(default=False, db_default=False)
    revision = models.IntegerField(default=1, db_default=1)
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(db_default=Now())
    archived = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = ArtistManager()

    def __str__(self) -> str:
        return self.name or self.login

    @property
    def is_staff(self) -> bool:
        """Whether the admin pages let them in."""
        return self.is_admin

    @property
    def is_superuser(self) -> bool:
        """The same, as Django's pages ask it."""
        return self.is_admin

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        """Admins may do everything in the admin pages, and others nothing."""
        return self.is_active and self.is_admin

    def has_perms(self, _perms: list[str], _obj: object = None) -> bool:
        """The same for several."""
        return self.is_active and self.is_admin

    def has_module_perms(self, _label: str) -> bool:
        """The same for a whole application."""
        return self.is_active and self.is_admin


class Membership(models.Model):
    """A person's role in a project: admin, supervisor, coordinator, artist, vendor or client."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="members")
    artist = models.ForeignKey(Artist, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)
    revision = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "artist"], name="rushes_membership_artist"),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["admin", "supervisor", "coordinator", "artist", "vendor", "client"]
                ),
                name="rushes_membership_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artist} is {self.role} of {self.project}"


class ApiToken(models.Model):
    """A program's key. `digest` is of the secret, which nobody keeps; `project` limits it to one.

    `scopes` say what it may do for its `artist`, who may do at least as much.
    """

    name = models.CharField(max_length=120)
    artist = models.ForeignKey(Artist, models.CASCADE, related_name="tokens")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True)
    digest = models.BinaryField(unique=True)
    hint = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(db_default=Now())
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
