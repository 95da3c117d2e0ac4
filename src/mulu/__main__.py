"""`python -m mulu`."""

from mulu.interfaces.cli.main import run

if __name__ == "__main__":
    run()
