"""Analytics: what conversations led to over 7, 30 and 90 days of the tenant's.

`counting` keeps sums by day in step with what happened, `report` reads them, `showing` makes a page of them.
"""
