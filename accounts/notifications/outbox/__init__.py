"""The outbox of mails: queued with the act, delivered after it, each once (rule PLAT-6)."""
