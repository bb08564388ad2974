"""One catalogue of many packages: Parquet by table, partitioned by province and year.

    CATALOGUE/catalogue.json                                   the snapshot: which files are valid, with rows and hashes
    CATALOGUE/data/<table>/region=13/year=2021/<segment>.parquet
    CATALOGUE/changes/<table>/region=13/<segment>.parquet      packages that were corrected, until they are merged

A segment is some packages of one province and year; each of its tables is one file. A build writes new files aside,
moves them in and replaces catalogue.json last, in one step: whoever reads by catalogue.json sees the old catalogue or
the new one. Besides the tables of the standard there is `packages`: one row a package.
"""
