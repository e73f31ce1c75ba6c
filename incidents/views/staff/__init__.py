"""The pages of staff: home, report, board, queue and the incident itself."""
