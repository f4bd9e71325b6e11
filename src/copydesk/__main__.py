"""Let `python -m copydesk` do what `copydesk` does."""

from copydesk.cli import run

if __name__ == "__main__":
    run()
