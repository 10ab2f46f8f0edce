"""The question `redesign patterns`: does the model do what really happened, without having been told to?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from experiments.configuration.compose import Composed
from experiments.configuration.words.paths import path_of
from experiments.questions.base import Question, found_in
from experiments.questions.patterns.plan import Trials, check
from experiments.questions.patterns.schema import Asked


class Patterns(Question[Trials]):
    """Experiments whose outcome is known, each in a place of its own."""

    name = "patterns"
    settings = Asked
    session = found_in("work", "session_of")
    analyse = found_in("work", "analysed")

    def plans(self, composed: Composed) -> Trials:
        """Plans an experiment for each pattern that is asked for."""
        return check(composed)

    def answer(self, asked: Trials) -> int:
        """Answers, and puts the page where the user wants it too."""
        status = super().answer(asked)
        if asked.asked.write:
            self.part("work").publish(self.session(asked).out, path_of(asked.asked.write, "write="))
        return status


QUESTION = Patterns()
