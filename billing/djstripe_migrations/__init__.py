"""Tables of dj-stripe as of 2.11, in one step: its own history takes a minute to replay."""
