"""What questions hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

# Erased with either side: without both nobody is left to answer or to read.
TABLES = (
    Table(
        model="catalog.InquiryMessage",
        description="What was said about your questions to creators, and those put to you",
        owned=("inquiry__user",),
        participated=("inquiry__creator",),
        by_address=("inquiry__email",),
        deleted=("inquiry__user", "inquiry__creator", "inquiry__email"),
    ),
    Table(
        model="catalog.Inquiry",
        description="Your questions to creators, and those put to you",
        owned=("user",),
        participated=("creator",),
        by_address=("email",),
        deleted=("user", "creator", "email"),
    ),
)
