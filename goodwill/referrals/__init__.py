"""Referrals: a member's link, invitations by mail, and the points when a friend took part."""
