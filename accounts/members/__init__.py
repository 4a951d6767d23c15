"""Members: profiles, creator applications, relations, media, directories."""
