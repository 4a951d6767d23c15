"""Documents of the learning app: the certificate as a PDF."""

from learning.documents.certificate import certificate_pdf, verify_url

__all__ = ["certificate_pdf", "verify_url"]
