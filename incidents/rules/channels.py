"""Through which channels a report may come in, by the capacity of whoever files it. Source: R-98."""

from collections.abc import Iterable, Mapping

from incidents.rules.vocabulary import Channel, Party

_OF_RESIDENTS = (
    Channel.RESIDENT_QR,
    Channel.RESIDENT_WEB,
    Channel.RESIDENT_APP,
    Channel.OFFICIAL_ACCOUNT,
)
_OF_GRIDS = (Channel.GRID_WORKER, Channel.PATROL, Channel.VISIT, Channel.TALK, Channel.MEETING)
_OF_OFFICES = (
    Channel.PATROL,
    Channel.LOCAL_HOTLINE,
    Channel.HOTLINE,
    Channel.VISIT,
    Channel.MEETING,
    Channel.TALK,
    Channel.TRANSFER,
    Channel.SUPERIOR,
    Channel.PETITION,
    Channel.MEDIA,
)
# The first of each is what is meant where nobody says.
CHANNELS_OF: Mapping[Party, tuple[Channel, ...]] = {
    Party.REPORTER: _OF_RESIDENTS,
    Party.OWNER: _OF_GRIDS,
    Party.DISPATCHER: _OF_OFFICES,
    Party.SYSTEM: tuple(Channel),
}
# What another system hands over, and by whom it was taken down there.
TRANSFER_CHANNELS = (
    Channel.TRANSFER,
    Channel.HOTLINE,
    Channel.SUPERIOR,
    Channel.PETITION,
    Channel.MEDIA,
)
# What is raised before staff of the place, who may settle it there and then. Source: R-99.
GATHERINGS = frozenset({Channel.MEETING, Channel.TALK})


def channel_fits(channel: Channel, parties: Iterable[Party]) -> bool:
    """Return whether somebody acting in one of these capacities can have the report by this channel."""
    return any(channel in CHANNELS_OF.get(party, ()) for party in parties)


def usual_channel(parties: Iterable[Party]) -> Channel | None:
    """Return the channel that is meant where none is named; None for somebody who may not file."""
    held = set(parties)
    return next((channels[0] for party, channels in CHANNELS_OF.items() if party in held), None)
