"""The pages of people, households and dwellings."""
