"""Everything that changes an incident: one function per verb, the same for every entrance."""

from incidents.services.filing import incident_file
from incidents.services.intake import Filed, Report
from incidents.services.moves import incident_perform
from incidents.services.reveal import Revealed, reporter_reveal

__all__ = ["Filed", "Report", "Revealed", "incident_file", "incident_perform", "reporter_reveal"]
