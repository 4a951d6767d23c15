"""The log of privileged acts, its chain of hashes and its security events."""
