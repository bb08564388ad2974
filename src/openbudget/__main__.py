"""`python -m openbudget` is `openbudget`."""

from __future__ import annotations

import sys

from openbudget.cli import main

sys.exit(main())
