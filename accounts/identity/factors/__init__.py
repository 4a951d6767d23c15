"""Second factors: authenticator apps, recovery codes and passkeys (security ID-8)."""
