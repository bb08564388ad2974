"""Kinds of checks, one module each, with `run(rule, data, out)`. A rule names its kind; nothing else lists them."""
