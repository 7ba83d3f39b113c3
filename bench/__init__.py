"""The goals as figures, each beside a floor measured in the same run: `make bench`."""
