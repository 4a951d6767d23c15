"""Models of the catalog app."""

from catalog.models.content_request import (
    ContentRequest,
    ContentRequestStatus,
    ContentRequestVote,
)
from catalog.models.course import Category, Course, CourseFollow
from catalog.models.curriculum import (
    CourseInclude,
    CourseModule,
    CourseObjective,
    CoursePrerequisite,
    CourseTag,
    CourseTargetAudience,
    CourseTestimonial,
    PeerLoopFeatures,
)
from catalog.models.inquiry import Inquiry, InquiryMessage, InquiryStatus, Side
from catalog.models.interest import Interest
from catalog.models.shelf import CourseWord, ShelfCount

__all__ = [
    "Category",
    "ContentRequest",
    "ContentRequestStatus",
    "ContentRequestVote",
    "Course",
    "CourseFollow",
    "CourseInclude",
    "CourseModule",
    "CourseObjective",
    "CoursePrerequisite",
    "CourseTag",
    "CourseTargetAudience",
    "CourseTestimonial",
    "CourseWord",
    "Inquiry",
    "InquiryMessage",
    "InquiryStatus",
    "Interest",
    "PeerLoopFeatures",
    "ShelfCount",
    "Side",
]
