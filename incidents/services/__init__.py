"""Everything that changes an incident: one function per verb, the same for every entrance."""
