"""The wall screen: one page of live figures across the city."""
