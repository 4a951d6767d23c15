"""Second factors: what allauth.mfa keeps and checks, behind our own words (security ID-8)."""
