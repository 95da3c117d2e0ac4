"""Mulu (目录): China's Catalogue of Technologies Prohibited or Restricted from Export as data, and screening against it."""

__version__ = "0.1.0"
