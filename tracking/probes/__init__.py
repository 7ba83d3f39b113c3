"""Look at an endpoint on purpose: is it reached, does it tell our signature from a forged one, is it fast enough."""
