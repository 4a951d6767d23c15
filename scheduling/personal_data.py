"""What the tables of sessions hold of a member (PRI-3)."""

from peerloop.kit.personal_data import Table
from scheduling.queries.leaving import obstacles

# A late change keeps a reason: the database asks for one.
REMOVED = "(removed)"

OBSTACLES = (obstacles,)
TABLES = (
    Table(
        model="scheduling.AvailabilitySettings",
        says="How you can be booked",
        of=("user",),
        goes=("user",),
    ),
    Table(model="scheduling.Availability", says="Your weekly hours", of=("user",), goes=("user",)),
    Table(
        model="scheduling.AvailabilityOverride",
        says="Days on which your hours differ",
        of=("user",),
        goes=("user",),
    ),
    Table(
        model="scheduling.Session",
        says="Your sessions, as student and as teacher",
        of=("student", "teacher"),
        acted=("cancelled_by", "booked_by"),
        secret={
            "room_id": "opens the room at the video service",
            "room_secrets": "opens the room at the video service",
        },
        emptied={
            "student": ("topic",),
            "booked_by": ("topic",),
            "cancelled_by": ("cancel_reason",),
            "teacher": ("recording_url",),
        },
        left={"cancel_reason": REMOVED},
        stays="ids of the video service, and words of the other side",
    ),
    Table(model="scheduling.SessionSeat", says="Times that you are taken", of=("user",)),
    Table(
        model="scheduling.SessionReschedule",
        says="Changes of the time of your sessions",
        of=("session__student", "session__teacher"),
        acted=("by",),
        emptied={"by": ("reason",)},
        left={"reason": REMOVED},
    ),
    Table(
        model="scheduling.AttendanceEvent",
        says="When you came to a room and left it",
        of=("user",),
        stays="ids of the video service's connections",
    ),
    Table(model="scheduling.SessionAttendance", says="Your attendance of sessions", of=("user",)),
    Table(
        model="scheduling.SessionReminder",
        says="Reminders of sessions",
        of=("user",),
        goes=("user",),
    ),
    Table(
        model="scheduling.SessionAssessment",
        says="What you said about sessions",
        of=("assessor",),
        untold={
            "assessee": "what another wrote about a session with you is theirs; you read it on the "
            "session's page, once both have written (rule RATE-3)"
        },
        emptied={"assessor": ("comment",)},
    ),
)
