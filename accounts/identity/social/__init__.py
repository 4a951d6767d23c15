"""Sign-in with social accounts, Google and GitHub, through allauth (security ID-12)."""
