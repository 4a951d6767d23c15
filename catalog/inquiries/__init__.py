"""Questions of visitors to creators, by page and by mail (rule CAT-11)."""
