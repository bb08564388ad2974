"""openbudget: government budget disclosures as open data packages."""

__version__ = "0.1.0"
