"""The REST entrance to incidents."""
