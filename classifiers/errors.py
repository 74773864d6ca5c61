"""What can go wrong between a text and its themes; none of it heals by trying again."""

from __future__ import annotations


class ClassifierError(Exception):
    """A text cannot be read. `code` names the sentence that people read."""

    retry = False
    code = "classifier"


class ThemesError(ClassifierError):
    """A block of the themes is wrong: names the file, the block and the setting."""

    code = "themes"


class RulesError(ClassifierError):
    """A block of the rules is wrong: names the file, the rule and what is allowed."""

    code = "rules"


class CorpusError(ClassifierError):
    """A line of the corpus is wrong: names the file, the line and why."""

    code = "corpus"


class ModelError(ClassifierError):
    """The trained model is missing, or is not of these themes: names the folder and why."""

    code = "model"


class LineError(ClassifierError):
    """A line given to be read is no text: says what it lacks."""

    code = "line"
