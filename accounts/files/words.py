"""Files described for people."""

from accounts.models import File

WORDS = {
    File.Scanner.CLAMD: "Checked for viruses",
    File.Scanner.MADE_ANEW: "Made anew by us",
    File.Scanner.NONE: "Not checked for viruses",
}


def scan_description(file: File) -> str:
    """The state of the scan, also where no scanner is configured."""
    if file.scan == File.Scan.PENDING:
        return "Being checked for viruses"
    if file.scan == File.Scan.BAD:
        return "Removed: it did not pass the virus check"
    return WORDS[File.Scanner(file.scanner)]


def size_text(size: int) -> str:
    """A size in bytes, as "1.2 MB"."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
