"""Who somebody is: sign-up, sign-in, second factors, sessions and tokens, the e-mail address."""
