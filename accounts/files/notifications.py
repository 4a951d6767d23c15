"""What the owner of a file is notified of."""

from accounts.notifications.kinds import Kind, Sample

FILE = Sample({"file": "notes.pdf", "reason": "Not yours to share."})

FILE_INFECTED = Kind(
    name="file-bad",
    word="system",
    title="A file of yours was removed",
    body="The virus check found something in “{file}”. Nobody was given the file. "
    "Check the device that it came from.",
    sample=FILE,
)
FILE_TAKEN_DOWN = Kind(
    name="file-taken-down",
    word="moderation",
    title="A file of yours was removed",
    body="“{file}” does not fit our rules. Reason: {reason}",
    sample=FILE,
)
