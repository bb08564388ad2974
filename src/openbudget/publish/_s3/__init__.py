"""What `s3:` is made of: a bucket that is talked to, and the list of what is in it."""
