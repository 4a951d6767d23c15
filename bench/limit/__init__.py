"""The stack's limit: a bare Django view for each role, which shares no code with the product."""
