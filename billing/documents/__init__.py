"""Documents of the billing app as PDF: receipts, credit notes, statements of a year."""

from billing.documents.paper import paper_pdf
from billing.documents.statement import statement_pdf

__all__ = ["paper_pdf", "statement_pdf"]
