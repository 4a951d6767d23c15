"""What newsletters do on events of lower layers."""

from accounts.events import MailsChanged, MemberLeft, MemberSuspended
from community.newsletters.actions.sending import stop_newsletters_of
from community.newsletters.actions.settling import settle_mails


def follow_mails(event: MailsChanged) -> None:
    """Let deliveries have the status of their mails."""
    settle_mails(email_ids=event.email_ids, at=event.at)


def stop_newsletters_of_departed(event: MemberLeft) -> None:
    """Stop what a creator who closed the account was to send."""
    stop_newsletters_of(user_id=event.user_id, reason="The account was closed.", at=event.at)


def stop_newsletters_of_suspended(event: MemberSuspended) -> None:
    """Stop what a suspended creator was to send."""
    stop_newsletters_of(user_id=event.user_id, reason="The account was suspended.", at=event.at)
