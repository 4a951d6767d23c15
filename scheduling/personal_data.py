"""What the tables of scheduling hold about a member (PRI-3)."""

from peerloop.kit.personal_data import Table
from scheduling.queries.obstacles import obstacles

# The database requires a reason of a late change.
REMOVED = "(removed)"

OBSTACLES = (obstacles,)
TABLES = (
    Table(
        model="scheduling.AvailabilitySettings",
        description="How you can be booked",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="scheduling.Availability",
        description="Your weekly hours",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="scheduling.AvailabilityOverride",
        description="Days on which your hours differ",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="scheduling.CalendarFeed",
        description="Your private calendar address, and when it was read last",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="scheduling.TimeOff",
        description="Days on which you are away",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="scheduling.SessionMaterial",
        description="What you shared in sessions",
        owned=("uploader",),
        participated=("session__student",),
        blanked={"uploader": ("name", "description", "link")},
        blanked_to={"name": REMOVED, "link": REMOVED},
    ),
    Table(
        model="scheduling.SharedPage",
        description="What you and the other person wrote beside your sessions",
        owned=("session__student", "session__teacher"),
        blanked={"session__student": ("goal", "next_step", "notes")},
        kept_because="written together about the student's learning: it stays the student's",
    ),
    Table(
        model="scheduling.Session",
        description="Your sessions, as student and as teacher",
        owned=("student", "teacher"),
        participated=("cancelled_by", "booked_by"),
        secret={
            "room_id": "opens the room at the video service",
            "room_secrets": "opens the room at the video service",
        },
        blanked={
            "student": ("topic",),
            "booked_by": ("topic",),
            "cancelled_by": ("cancel_reason",),
            "teacher": ("recording_url",),
        },
        blanked_to={"cancel_reason": REMOVED},
        kept_because="ids of the video service, and words of the other side",
    ),
    Table(
        model="scheduling.SessionRecording",
        description="Recordings of your sessions; each opens from the page of its session",
        owned=("session__student", "session__teacher"),
        secret={
            "record_id": "names the recording at the video service",
            "validator": "names the content of the file at the video service",
        },
        kept_because="ids of the video service, and why a copy waits",
    ),
    Table(model="scheduling.SessionSeat", description="Times that you are taken", owned=("user",)),
    Table(
        model="scheduling.SlotHold",
        description="The time that is held for you while you pay",
        owned=("holder",),
        participated=("teacher",),
        secret={"visitor": "stands for a browser that is not signed in"},
        deleted=("holder", "teacher"),
    ),
    Table(
        model="scheduling.SessionReschedule",
        description="Changes of the time of your sessions",
        owned=("session__student", "session__teacher"),
        participated=("by",),
        blanked={"by": ("reason",)},
        blanked_to={"reason": REMOVED},
    ),
    Table(
        model="scheduling.AttendanceEvent",
        description="When you came to a room and left it",
        owned=("user",),
        kept_because="ids of the video service's connections",
    ),
    Table(
        model="scheduling.SessionAttendance",
        description="Your attendance of sessions",
        owned=("user",),
    ),
    Table(
        model="scheduling.SessionReminder",
        description="Reminders of sessions",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="scheduling.SessionAssessment",
        description="What you said about sessions",
        owned=("assessor",),
        not_exported={
            "assessee": "what another wrote about a session with you is theirs; you read it on the "
            "session's page, once both have written (rule RATE-3)"
        },
        blanked={"assessor": ("comment",)},
    ),
)
