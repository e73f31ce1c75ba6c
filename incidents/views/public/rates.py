"""How often the residents' pages may be used; many phones share one address, so addresses get room."""

from core.rates import Rate

FILINGS_OF_ADDRESS = Rate("filing-address", times=30, seconds=3600)
FILINGS_OF_CODE = Rate("filing-code", times=60, seconds=3600)
PHOTOS_OF_ADDRESS = Rate("photos-address", times=120, seconds=3600)
LOOKUPS_OF_ADDRESS = Rate("lookup-address", times=30, seconds=900)
LOOKUPS_OF_NUMBER = Rate("lookup-number", times=10, seconds=900)
