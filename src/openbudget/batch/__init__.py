"""Many documents: a plan, a run that loses nothing, a journal, and one catalogue of all packages.

    sources ── plan ──► engine (processes | Dask) ──► shelf ──► journal ──► outcomes.csv
                                                        └──► packages ── catalogue ──► query, compare

`run` makes the packages; `status` tells how far it is; `catalogue` builds Parquet of all packages; `query` and
`compare` ask it. This room knows nothing of how one document is packed: it is told the name of a function.
"""
