"""Use cases of sign-in and of what proves who somebody is."""
