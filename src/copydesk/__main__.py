"""Let `python -m copydesk` do what `copydesk` does."""

from copydesk.cli import main

if __name__ == "__main__":
    main()
