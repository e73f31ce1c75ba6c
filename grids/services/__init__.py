"""Everything that changes grids, buildings, assignments and QR codes."""
