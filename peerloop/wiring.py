"""The one page that says what happens when: facts of lower floors, reactions of higher ones."""


def bind() -> None:
    """Bind all reactions. Runs once at start; safe to repeat."""
    from accounts.inbox import on_event
    from accounts.webhooks import apply_resend_event

    on_event("resend", apply_resend_event)
