"""``python -m monitor`` is the same as ``hotspots``."""

from monitor.cli.main import main

# A process that weighs weeks imports this module again, and must not start the command again.
if __name__ == "__main__":
    main()
