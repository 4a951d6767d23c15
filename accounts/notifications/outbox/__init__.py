"""The outbox of mails: queued in the action's transaction, sent after it, once (rule PLAT-6)."""
