"""Use cases of referrals."""
