"""Who keeps order where: platform moderators, community moderators, and how they become that."""
