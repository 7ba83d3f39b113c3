"""A look at a page of the tenant's own: fetched through the guarded door, read, and judged.

`fetching` gets it, `markup` finds the scripts in it, `policies` knows what a browser would refuse, `reading` makes
plain facts of it, `office` does that on one event loop and keeps the last result, `judging` says what is wrong.
"""
