"""The `Cursors` port in clear: what matters is which list a cursor is of, and where it stands in it."""

from ishtirak.kernel.errors import Invalid


class PlainCursors:
    def write(self, listing: str, position: str) -> str:
        return f"{listing}@{position}"

    def read(self, listing: str, cursor: str) -> str:
        name, _, position = cursor.partition("@")
        if name != listing:
            raise Invalid("/after")
        return position
