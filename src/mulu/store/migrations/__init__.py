"""How a store of each earlier Mulu becomes one of this Mulu."""
