"""Reads of sign-ins, factors and addresses."""
