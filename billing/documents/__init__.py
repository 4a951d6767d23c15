"""Documents of the billing app: receipts and credit notes as PDF."""

from billing.documents.paper import paper_pdf

__all__ = ["paper_pdf"]
