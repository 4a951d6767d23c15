"""What comes in: events of providers, repeated requests, counted attempts."""
