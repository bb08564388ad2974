"""What `ckan:` is made of: a portal that is talked to, datasets as they are to be, as they are, and how they differ."""
