"""The command line: one command for each act of the desk that declares this door."""
