"""The static portal: what people see of published packages. Pages are made here; `publish/site.py` writes them."""
