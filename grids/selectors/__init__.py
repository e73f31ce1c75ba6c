"""Reading grids: never changes anything, never decides anything."""
