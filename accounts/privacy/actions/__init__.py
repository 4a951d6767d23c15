"""Use cases of export, closure, erasure and retention."""
