"""The questions of the help center, by who asks them. The search reads these same words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer, and pages that lead on: pairs of a URL's name and words."""

    asks: str
    answer: str
    links: tuple[tuple[str, str], ...] = ()

    def is_about(self, words: Iterable[str]) -> bool:
        """Whether each of these words begins a word of the question or the answer."""
        own = _words(f"{self.asks} {self.answer}")
        return all(any(one.startswith(word) for one in own) for word in words)


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one kind of reader."""

    key: str
    words: str
    questions: tuple[Question, ...]


GROUPS = (
    Group(
        "learning",
        "Learning",
        (
            Question(
                "How does a course work?",
                "A course is a row of modules. Each module is one video session with your teacher, "
                "one to one. You pay once, then book your sessions one by one, up to four weeks "
                "ahead.",
                (("how-it-works", "How it works"), ("courses", "Find a course")),
            ),
            Question(
                "Do I have to choose a teacher before I pay?",
                "No. Choose one, let us draw one who is free, or decide when you book your first "
                "session. You can change teachers at any time.",
            ),
            Question(
                "How do I move or cancel a session?",
                "Open the session and choose Move or Cancel. You can move a session twice. Less "
                "than 24 hours before the start we ask for a reason. No money moves: the place is "
                "yours again.",
                (("calendar", "Your calendar"),),
            ),
            Question(
                "What if my teacher does not come?",
                "A session that did not take place pays nobody. The place is yours again, and you "
                "book a new time.",
            ),
            Question(
                "What do I need for a session?",
                "A browser, a camera and a microphone. The room opens 15 minutes before the start, "
                "and you can check your devices before you enter.",
            ),
            Question(
                "Can I get help between sessions?",
                "Yes. Write to your teacher, ask in the feed of your course, or call for help: "
                "teachers who are online hear of it at once.",
                (("feed", "Your feed"), ("conversations", "Your messages")),
            ),
            Question(
                "When do I get my certificate?",
                "When all sessions were held, the creator of the course issues it. If they have "
                "not answered after 7 days, it is issued automatically. Anybody can check it at "
                "its public address.",
                (("certificates", "Your certificates"),),
            ),
        ),
    ),
    Group(
        "money",
        "Paying and refunds",
        (
            Question(
                "What does a course cost?",
                "Each course has one price, whoever teaches it. 70% goes to the teacher, 15% to "
                "the creator and 15% to PeerLoop. There is no subscription.",
                (("pricing", "Prices"),),
            ),
            Question(
                "Can I get my money back?",
                "Yes. Before the first session all of it comes back. If the first session "
                "disappoints, all of it comes back if you say so within 7 days and before the "
                "second. Later, every session that was not held comes back. You see the exact "
                "amount before you confirm.",
                (("learn", "Your courses"), ("pricing", "The refund rule")),
            ),
            Question(
                "How long does a refund take?",
                "An admin looks at each request. After 72 hours without an answer it is approved "
                "automatically. Your bank may need a few days more.",
            ),
            Question(
                "Where are my card details kept?",
                "With our payment provider. PeerLoop never sees or stores the number of your card.",
            ),
        ),
    ),
    Group(
        "teaching",
        "Teaching and earning",
        (
            Question(
                "How do I become a teacher?",
                "Complete a course, then apply to teach it. Its creator sees your sessions and "
                "decides. Once approved, you set your hours and students can book you.",
                (("how-it-works", "The four steps"),),
            ),
            Question(
                "How much do I earn?",
                "70% of what the student paid for each session that you teach. A creator who "
                "teaches the own course gets 85%.",
                (("pricing", "Try a price"),),
            ),
            Question(
                "When do I get paid?",
                "Seven days after a session its part is available. You ask for a payout from $50 "
                "on, and an admin sends it to your account. Card fees are ours.",
                (("pricing", "When the money is yours"),),
            ),
            Question(
                "How do I take a break?",
                "Pause teaching, or block single dates in your hours. Students who have booked "
                "keep their sessions until you cancel them.",
            ),
        ),
    ),
    Group(
        "creating",
        "Creating courses",
        (
            Question(
                "Who can publish a course?",
                "Members whom an admin approved as creators. Tell us what you would teach and "
                "why; the answer comes by mail.",
                (("for-creators", "For creators"),),
            ),
            Question(
                "What do I earn as a creator?",
                "15% of each sale while others teach your course, and 85% of what you teach "
                "yourself.",
                (("for-creators", "What creators earn"),),
            ),
            Question(
                "Who decides who teaches my course?",
                "You do. You see what each applicant has learned, and approve or decline with a "
                "reason.",
            ),
        ),
    ),
    Group(
        "safety",
        "Account, privacy and safety",
        (
            Question(
                "Who can see my profile?",
                "Only your name, handle and picture are shown until you make your profile public. "
                "The people you learn and teach with see what they need to work with you.",
                (("profile-settings", "Your profile"),),
            ),
            Question(
                "How do I report something?",
                "Use Report beside a post, message or profile. Without an account there is a form. "
                "A person looks at each report, and you are told the outcome.",
                (("report", "Report something"),),
            ),
            Question(
                "How do I block somebody?",
                "Open their profile and choose Block. They no longer see your profile or posts and "
                "can't write to you.",
            ),
            Question(
                "How do I keep my account safe?",
                "Add a second step to signing in: an app, a passkey or both. You also see every "
                "device that is signed in, and can sign out each of them.",
                (("security-settings", "Signing in"),),
            ),
            Question(
                "How do I download my data or close my account?",
                "Both are in your settings. A closed account can be opened again for 30 days; then "
                "your personal data is deleted.",
                (("privacy-settings", "Your data"),),
            ),
        ),
    ),
)


def groups_about(search: str) -> list[Group]:
    """The groups with the questions that have all words of the search; all if it has none."""
    words = _words(search)
    found = (
        Group(one.key, one.words, tuple(q for q in one.questions if q.is_about(words)))
        for one in GROUPS
    )
    return [group for group in found if group.questions]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
