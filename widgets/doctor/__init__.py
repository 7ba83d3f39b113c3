"""The doctor: what a tenant's visitors, assistants and pages suffer from, why, and what mends it (feature B9).

`facts` reads, each fact once and only when asked for; the checks judge, pure; `examination` makes them all, one by one.
`live` judges what the browser in front of the page finds, `pages` what stands on a page of the tenant's own.
"""
