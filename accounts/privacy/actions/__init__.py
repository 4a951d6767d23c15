"""Use cases of export, erasure and retention."""
