"""The role of who moderates for a creator (rule ROLE-9)."""

from django.db.models import Exists, OuterRef, Q

from community.models import CommunityModerator
from peerloop.kit.roles import Role

APPOINTED = CommunityModerator.objects.active().filter(user=OuterRef("pk"))
# Whoever moderates everywhere needs no appointment to be shown the queue.
STAFF = Q(is_admin=True) | Q(is_moderator=True)

ROLES = (Role(name="moderate_community", order=45, held=Q(Exists(APPOINTED)) & ~STAFF),)
