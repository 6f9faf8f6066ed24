"""Write the generated pages and blocks.

python -m tools.reference            write them
python -m tools.reference --check    fail, naming each, when a committed one is not what the sources say
"""

import sys

from tools.reference.pages import drifted, write


def main() -> None:
    if "--check" not in sys.argv:
        write()
    elif stale := drifted():
        raise SystemExit(f"not what the sources say: {', '.join(stale)}: run `make docs`")


if __name__ == "__main__":
    main()
