"""The API of the scheduling app: hours and sessions here, the room beside them."""
