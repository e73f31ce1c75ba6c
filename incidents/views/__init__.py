"""The pages of incidents: staff, residents and photos."""
