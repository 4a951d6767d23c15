"""Forms of sign-up, sign-in and security settings."""
