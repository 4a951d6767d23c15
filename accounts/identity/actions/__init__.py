"""Use cases of sign-in, second factors, e-mail address and account closure."""
