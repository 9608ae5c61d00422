"""How plain code says that a value is wrong: a stable code and a sentence the rooms above can translate."""

from __future__ import annotations


def marked(sentence: str) -> str:
    """The sentence itself; imported as `_`, so that it is collected for translation (lib knows no gettext)."""
    return sentence


class Malformed(ValueError):
    """A value that cannot be read or does not pass its check.

    `code` is stable. `sentence` is English and a gettext msgid; its `%(name)s` places are filled from `values`,
    so the reader's text is `gettext(error.sentence) % error.values`.
    """

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values
