"""The figures of a year, for those who pay for the network: what apps count, shown, exported and kept."""
