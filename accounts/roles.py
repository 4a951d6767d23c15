"""Roles that an admin gives."""

from django.db.models import Q

from peerloop.kit.roles import Role

ROLES = (
    Role(name="create", order=30, held=Q(is_creator=True)),
    Role(name="moderate", order=40, held=Q(is_moderator=True)),
    Role(name="admin", order=60, held=Q(is_admin=True)),
)
