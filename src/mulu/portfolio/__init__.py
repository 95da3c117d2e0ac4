"""What a portfolio holds, how it comes in, what screening finds in it, and what a change of the Catalogue does to it."""
