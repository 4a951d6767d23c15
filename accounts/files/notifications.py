"""What the owner of a file is notified of."""

from accounts.notifications.kinds import Kind, Sample

FILE = Sample({"file": "notes.pdf", "reason": "Not yours to share."})

FILE_INFECTED = Kind(
    "file-bad",
    "A file of yours was removed",
    "The virus check found something in “{file}”. Nobody was given the file. "
    "Check the device that it came from.",
    word="system",
    sample=FILE,
)
FILE_TAKEN_DOWN = Kind(
    "file-taken-down",
    "A file of yours was removed",
    "“{file}” does not fit our rules. Reason: {reason}",
    word="moderation",
    sample=FILE,
)
