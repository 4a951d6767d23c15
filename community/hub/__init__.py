"""The creator's side of a community: its people, its moderators, its welcome."""
