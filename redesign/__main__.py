"""`python -m redesign` is the command `redesign`."""

import sys

from redesign import shadowing

main = shadowing.load_or_leave("experiments.cli").main

if __name__ == "__main__":
    sys.exit(main())
