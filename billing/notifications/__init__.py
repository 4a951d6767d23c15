"""What members and admins are notified of about money (rules 25)."""

from dataclasses import replace
from functools import partial

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample

PAYOUTS = "admin:billing_payout_changelist"
ONE_PAYOUT = "admin:billing_payout_change"
REFUNDS = "admin:billing_refundrequest_changelist"

ENROLLMENT = Sample(
    {
        "course": "Automate your work with n8n & friends",
        "creator": "Clara Creator",
        "teacher": "Tom Teacher",
        "student": "Sam Student",
        "sessions": 3,
        "minutes": 60,
        "amount": "$450.00 USD",
        "paid_at": "2026-03-02T09:00:00Z",
        "number": "019a0000-0000-7000-8000-000000000002",
        "next": "Book your first session next.",
        "first": "Wed 4 Mar, 16:30 (Berlin, UTC+1)",
        "starts": "Wed 4 Mar, 16:30 (Berlin, UTC+1)",
        "nearest": "Free close to it: Wed 4 Mar, 18:00, or Thu 5 Mar, 16:30.",
        "session_id": "cs_1",
        "url": "/learn/019a0000-0000-7000-8000-000000000003",
    },
    bare={
        **dict.fromkeys(("teacher", "first", "nearest"), ""),
        "sessions": 1,
        "minutes": 0,
        "next": "Choose a teacher and a time next.",
    },
)
MONEY = Sample(
    {
        "amount": "$450.00 USD",
        "course": "Automate your work with n8n & friends",
        "name": "Sam Student",
        "number": "019a0000-0000-7000-8000-000000000002",
        "part": 2,
        "payout": "019a0000-0000-7000-8000-000000000004",
        "reason": "Something came up & I have to travel.",
        "transfer": "tr_1",
        "is_lost": True,
    },
    bare={"reason": "", "is_lost": False},
)
MONTH = Sample(
    {
        "month": "February 2026",
        "gross": "$1,350.00 USD",
        "refunded": "$450.00 USD",
        "net": "$900.00 USD",
        "places": [["Held and owed to teachers and creators", "$900.00 USD"]],
        "shares": [["Teacher", "$630.00 USD"], ["Creator", "$135.00 USD"]],
    }
)

PAYMENT_RECEIPT = Mail("payment-receipt", ENROLLMENT)
about_enrollment = partial(Kind, word="enrollment", sample=ENROLLMENT)

ENROLLED = about_enrollment(
    "enrollment-confirmed",
    "You are enrolled in {course}",
    "{next}",
    page="learn-book",
    mailed=True,
)
NEW_STUDENT = about_enrollment(
    "new-student",
    "{student} enrolled in {course}",
    "{sessions} sessions are paid for.",
    page="teach-students",
    mail=Mail("new-student", ENROLLMENT, Group.COURSE_UPDATE),
)
GIVEN = Sample({"student": "Sam", "course": "Bread & butter", "reason": "A prize & a thank you."})
COMPED = about_enrollment(
    "enrollment-given",
    "You are enrolled in {course}, without paying",
    "{reason}",
    page="learn-book",
    sample=GIVEN,
)
NEW_COMPED_STUDENT = about_enrollment(
    "new-student-unpaid",
    "{student} takes {course}; these sessions are unpaid",
    "{reason}",
    page="teach-students",
    sample=GIVEN,
)
REMOVED_FROM_COURSE = about_enrollment(
    "student-removed",
    "You were taken out of {course}",
    "{reason} What was not taught comes back to you.",
    page="learn-room",
    sample=GIVEN,
)
TIME_TAKEN = about_enrollment(
    "time-taken",
    "{starts} was taken while you paid",
    "You are enrolled in {course}; only the time is gone. {nearest}",
    page="learn-book",
    mailed=True,
)
TIME_TAKEN_FOR_TEACHER = about_enrollment(
    "time-taken-teacher",
    "{student} wanted {starts} with you",
    "That time was no longer free when the payment for {course} came. "
    "They choose another one of yours.",
    page="teach-students",
)
COURSE_NO_TEACHERS = about_enrollment(
    "course-no-teachers",
    "Nobody can teach {course}",
    "Somebody wanted to enroll. Resume teaching, or certify a teacher.",
    word="course_no_teachers",
    page="course",
    mailed=True,
)

about_payment = partial(Kind, word="payment", page="admin:index", sample=ENROLLMENT)

PAID_TWICE = about_payment(
    "duplicate-payment",
    "Your second payment of {amount} goes back to you",
    "You are enrolled in {course} already. Your bank needs a few days to show it.",
    page="learn",
)
PAID_TWICE_FOR_ADMINS = about_payment(
    "duplicate-payment-admin",
    "{course} was paid twice: {amount} goes back by itself",
    page=REFUNDS,
)
PAYMENT_DOUBT = about_payment(
    "payment-doubt",
    "A payment does not fit its checkout",
    "Nothing was enrolled. Look at {session_id} in the payment provider's dashboard.",
)
PAYMENT_FAILED = about_payment(
    "payment-failed",
    "Your payment for {course} did not arrive",
    "Nothing was charged. You can try again.",
    page="checkout",
    mailed=True,
)
TRANSFER_MISFIT = about_payment(
    "transfer-doubt",
    "A transfer does not fit its payout",
    "Compare {transfer} with the payout {payout}.",
    page=ONE_PAYOUT,
    sample=MONEY,
)
TRANSFER_UNEXPECTED = replace(
    TRANSFER_MISFIT,
    name="transfer-unexpected",
    title="A transfer was made for a payout that did not wait for it",
    key="transfer-doubt",
)
REVERSED_BY_HAND = about_payment(
    "reversed-by-hand",
    "{amount} of a payout was taken back by hand",
    "The recipient is owed it again. Adjust their balance if they should not be.",
    page=ONE_PAYOUT,
    sample=MONEY,
)
MONTHLY_SUMMARY = about_payment(
    "monthly-summary",
    "{month}: {gross} came in",
    "{refunded} went back.",
    page="admin:billing_transaction_changelist",
    sample=MONTH,
    mailed=True,
)

about_payout = partial(Kind, word="payout", page="earnings", sample=MONEY)

ACCOUNT_READY = about_payout(
    "payout-account-ready",
    "Your payout account is ready",
    "Earnings can be sent to you from now on.",
    page="payout-settings",
)
ACCOUNT_ACTION = about_payout(
    "payout-account-action",
    "Your payout account needs your attention",
    "{reason}",
    page="payout-settings",
    mailed=True,
)
BANK_REFUSED = about_payout(
    "bank-refused",
    "Your bank did not accept {amount}",
    "The money is in your payout account. Look at the bank details there.",
    page="payout-settings",
    mail=ACCOUNT_ACTION.mail,
)
PAYOUT_REQUESTED = about_payout(
    "payout-requested",
    "{name} asked for a payout of {amount}",
    "It waits for an admin to process it.",
    page=PAYOUTS,
    mailed=True,
)
WEEKLY_PAYOUT = about_payout(
    "payout-weekly",
    "Your weekly payout of {amount} was asked for",
    "You chose to be paid each week. You can take it back until it is sent.",
)
PAYOUT_COMPLETE = about_payout(
    "payout-complete",
    "{amount} is on its way to you",
    "Your payout account sends it on to your bank.",
    mailed=True,
)
PAYOUT_FAILED = about_payout(
    "payout-failed",
    "Your payout of {amount} could not be sent",
    "The money is back in your earnings. Look at your payout account, then ask again.",
    page="payout-settings",
    mailed=True,
)
PAYOUT_REFUSED = about_payout(
    "payout-refused", "The payout of {amount} to {name} was refused", "{reason}", page=PAYOUTS
)
PAYOUT_WAITS = about_payout(
    "payout-waits",
    "The payout of {amount} to {name} waits for the platform's balance",
    "It is tried again each hour. Top up the balance at the payment provider to send it sooner.",
    page=PAYOUTS,
)
PAYOUT_CANCELLED = about_payout(
    "payout-cancelled",
    "Your payout of {amount} was cancelled",
    "{reason}. What is not concerned can be asked for again at once.",
)
BALANCE_ADDED = about_payout(
    "balance-added", "{amount} was added to your balance", "{reason}", key="balance-adjusted"
)
BALANCE_TAKEN = about_payout(
    "balance-taken",
    "{amount} was taken from your balance",
    "{reason} You can object within 14 days: write to support.",
    key="balance-adjusted",
)
SHARE_FLAGGED = about_payout(
    "split-flagged", "{name} asks to look at session {part} of {course}", "{reason}"
)

about_refund = partial(Kind, word="refund", page=REFUNDS, sample=MONEY)

REFUND_REQUESTED = about_refund(
    "refund-requested",
    "{amount} goes back to {name}",
    "They left {course}. Approved by itself if nobody looks.",
    mailed=True,
)
REFUND_DUE = about_refund(
    "refund-due",
    "{amount} comes back to you",
    "Approved within 72 hours; then your bank needs a few days.",
    page="learn",
)
REFUND_PROCESSED = about_refund(
    "refund-processed",
    "{amount} was sent back to you",
    "Your bank needs a few days to show it.",
    page="learn",
    mailed=True,
)
REFUND_REFUSED = about_refund(
    "refund-refused", "A refund was refused by the payment provider", "{reason}"
)
REFUND_CAME_BACK = about_refund(
    "refund-came-back",
    "A refund of {amount} came back: {name} is not paid yet",
    "Send it again, or agree on another way with the student.",
    page="admin:billing_refundfailure_changelist",
)

REFUND_DELAYED = about_refund(
    "refund-delayed",
    "Your refund of {amount} did not reach you",
    "Your bank sent it back to us. We send it again; you need to do nothing.",
    page="learn",
    mailed=True,
)
REFUND_WAITS = about_refund(
    "refund-waits",
    "The refund of {amount} to {name} waits for the platform's balance",
    "It is tried again every five minutes. Top up the balance at the payment provider.",
)
REFUND_STUCK = about_refund(
    "refund-stuck",
    "{name} is owed {amount} that the payment provider can't send",
    "A bank took back a part of the payment for {course}. Agree on another way with the student.",
    page="admin:billing_transaction_change",
)
REFUND_EXCESS = about_refund(
    "refund-excess",
    "{amount} more than was paid went back to {name}",
    "The platform carries it. Look at the payment in the payment provider's dashboard.",
    page="admin:billing_excessrefund_changelist",
)
BOOKS_DIFFER = about_refund(
    "books-differ",
    "The payment provider's books differ by {amount} for a payment of {name}",
    "Compare the refunds of the payment for {course} with the provider's dashboard.",
    page="admin:billing_transaction_change",
)
BOOKS_LOOKED = about_payment(
    "books-looked",
    "The payment provider's books differ from ours: {number} new",
    "Each is named with what to do about it.",
    page="admin:billing_booksdifference_changelist",
    sample=Sample({"number": 2}),
)
MONEY_DAY = Mail(
    "money-day",
    Sample(
        {
            "day": "2026-03-02",
            "figures": [["Payments", "3, $1,350.00 USD"], ["Refunds", "1, $450.00 USD"]],
            "found": 0,
            "unexplained": 2,
            "seal": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        bare={"unexplained": 0, "found": 1},
    ),
)

# To who is not signed in: mails alone.
WITHDRAWAL = Sample(
    {
        "name": "Sam Student",
        "order": "019a0000-0000-7000-8000-000000000002",
        "course": "Automate your work with n8n & friends",
        "amount": "$450.00",
        "is_done": True,
        "number": "019a0000-0000-7000-8000-000000000005",
        "answer": "We found your payment & sent all of it back today.",
    },
    bare={"course": "", "amount": "", "is_done": False},
)
WITHDRAWAL_RECEIVED = Mail("withdrawal-received", WITHDRAWAL)
WITHDRAWAL_ANSWERED = Mail("withdrawal-answered", WITHDRAWAL)
WITHDRAWAL_WAITS = about_refund(
    "withdrawal-waits",
    "{name} withdraws from a purchase that has to be looked up",
    "They wait for an answer by mail.",
    page="admin:billing_withdrawal_changelist",
)

about_dispute = partial(
    Kind, word="dispute", page="admin:billing_carddispute_changelist", sample=MONEY
)

DISPUTE_OPENED = about_dispute(
    "dispute-opened",
    "A bank took back {amount} for {course}",
    "Answer it in the payment provider's dashboard before its deadline.",
    mailed=True,
)
DISPUTE_ASKED = about_dispute(
    "dispute-asked",
    "A bank asks about {amount} for {course}",
    DISPUTE_OPENED.body,
    key="dispute-opened",
)
DISPUTE_LOST = about_dispute(
    "dispute-lost",
    "The dispute over {amount} for {course} was lost",
    "The enrollment ended.",
    mail=Mail("dispute-closed", MONEY),
    key="dispute-closed",
)
DISPUTE_WON = replace(
    DISPUTE_LOST,
    name="dispute-won",
    title="The dispute over {amount} for {course} was settled in our favour",
    body="The enrollment goes on.",
)
