"""Which channels fit whom: the whole table, so that a change of it is seen."""

import pytest

from incidents.rules.channels import CHANNELS_OF, GATHERINGS, TRANSFER_CHANNELS, channel_fits, usual_channel
from incidents.rules.vocabulary import Channel, Party

RESIDENTS = {"resident_qr", "resident_web", "resident_app", "official_account"}
MACHINES = {"device", "video"}


def test_staff_never_file_as_residents_or_machines() -> None:
    for party in (Party.OWNER, Party.DISPATCHER):
        assert not {channel.value for channel in CHANNELS_OF[party]} & (RESIDENTS | MACHINES)
    assert {channel.value for channel in CHANNELS_OF[Party.REPORTER]} == RESIDENTS


def test_every_channel_fits_somebody_and_the_system_has_all() -> None:
    for channel in Channel:
        assert channel_fits(channel, [Party.SYSTEM])
        assert any(channel in channels for channels in CHANNELS_OF.values())


@pytest.mark.parametrize(
    ("channel", "party", "fits"),
    [
        (Channel.GRID_WORKER, Party.OWNER, True),
        (Channel.GRID_WORKER, Party.DISPATCHER, False),
        (Channel.HOTLINE, Party.DISPATCHER, True),
        (Channel.HOTLINE, Party.OWNER, False),
        (Channel.HOTLINE, Party.REPORTER, False),
        (Channel.MEETING, Party.OWNER, True),
        (Channel.MEETING, Party.STREET_LEADER, False),
        (Channel.RESIDENT_QR, Party.REPORTER, True),
    ],
)
def test_a_channel_fits_by_capacity(channel: Channel, party: Party, fits: bool) -> None:
    assert channel_fits(channel, [party]) is fits


def test_two_capacities_have_the_channels_of_both() -> None:
    assert channel_fits(Channel.GRID_WORKER, [Party.DISPATCHER, Party.OWNER])
    assert channel_fits(Channel.PETITION, [Party.DISPATCHER, Party.OWNER])


def test_the_usual_channel_is_one_that_fits() -> None:
    for party, channels in CHANNELS_OF.items():
        assert usual_channel([party]) == channels[0]
    assert usual_channel([]) is None


def test_offices_may_have_all_that_is_transferred_or_raised_at_gatherings() -> None:
    assert set(TRANSFER_CHANNELS) | GATHERINGS <= set(CHANNELS_OF[Party.DISPATCHER])
