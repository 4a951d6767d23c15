"""Reports of content, what moderators decide about them, and appeals (rules 18)."""
