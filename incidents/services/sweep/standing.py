"""The rows and files the sweep's decisions rest on, read once per batch."""
