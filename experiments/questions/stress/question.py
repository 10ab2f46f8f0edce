"""The question `redesign stress`: how badly can each policy plausibly do, and does the answer survive other mechanisms?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `answer` and `steps`.
"""

from dataclasses import replace

from experiments.analysis.verdicts.responses import SOCIAL_VALUE, words_of
from experiments.configuration.compose import Composed
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, listed, nearest, unknown
from experiments.evidence import inputs as varied
from experiments.evidence import structural_alternatives
from experiments.evidence.inputs import Varied
from experiments.questions.base import OfSteps, found_in
from experiments.questions.stress.settings import Asked, StressSettings


def asked_of(own: StressSettings, base: Plan) -> Asked:
    """Finds the inputs and the alternatives; refuses what is wrong before anything runs."""
    faults: list[Fault] = []
    base = varied.with_arms_compared(base)
    faults += _wrong(own, base)
    inputs: dict[str, Varied] = {}
    if own.evaluations and not faults:
        is_narrower = base.settings.parameter_source == "posterior"
        ranges = QUESTION.part("narrowed").accepted_ranges(base) if is_narrower else {}
        found = varied.inputs_of(base, [], own.inputs, ranges, own.titles)
        if not found:
            raise ConfigurationError(
                Fault("inputs=[]", "with no inputs there is nothing to search", "inputs=[lever.*]")
            )
        inputs = {name: _at_least_used(each) for name, each in found.items()}
        if own.screened is not None:
            inputs = QUESTION.part("narrowed").first_of(inputs, own.screened, own.survivors)
    if faults:
        raise ConfigurationError(*faults)
    named = structural_alternatives.mechanisms() if own.structures is None else own.structures
    alternatives = [
        (name, choice) for name, choice in structural_alternatives.alternatives(base.world) if name in named
    ]
    if not own.evaluations and not alternatives:
        raise ConfigurationError(
            Fault(
                "evaluations, structures",
                "with no search and no alternatives there is nothing to find out",
                "structures=all",
            )
        )
    return Asked(base, own, inputs, alternatives)


def _at_least_used(each: Varied) -> Varied:
    """An input whose number as used lies a rounding error outside its range begins at the end of the range."""
    one = each.input
    return replace(each, input=replace(one, used=min(max(one.used, one.low), one.high)))


def _wrong(own: StressSettings, base: Plan) -> list[Fault]:
    """What is right by itself but fits neither the run nor the rest of the question."""
    faults = []
    responses = words_of(base.settings.outcomes, base.valuation)
    known = [name for name, about in responses.items() if about["better"] != "neither"]
    if own.objective not in known:
        close = nearest(own.objective, known)
        faults.append(
            Fault(
                f"objective={own.objective}",
                f"must be {SOCIAL_VALUE} or one of the outcomes of this run that are better high or low: {listed(known)}",
                f"did you mean {close}?" if close else f"outcomes=[{own.objective}]",
            )
        )
    faults += [
        unknown(f"structures=[{name}]", "disputed mechanism", name, structural_alternatives.mechanisms())
        for name in own.structures or ()
        if name not in structural_alternatives.mechanisms()
    ]
    if 0 < own.evaluations < own.members:
        faults.append(
            Fault(
                f"evaluations={own.evaluations}",
                f"is less than one generation (members={own.members})",
                f"evaluations={own.members} or more; 0 for no search",
            )
        )
    if base.settings.uncertainty != "chance":
        faults.append(
            Fault(
                "uncertainty=evidence",
                "is a way to compare; stress sets numbers itself",
                "redesign compare uncertainty=evidence",
            )
        )
    if own.report_seed == base.world.seed:
        faults.append(
            Fault(
                f"report_seed={own.report_seed}",
                "is the luck of the search: its winner would be flattered",
                "another seed, or null",
            )
        )
    return faults


class Stress(OfSteps[Asked]):
    """The worst that can plausibly happen to each policy, and what other mechanisms would make of the answer."""

    name = "stress"
    settings = StressSettings
    session = found_in("answer", "session_of")
    finder = "answer"
    plans_at = found_in("steps", "plans_at")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan, finds the inputs and the alternatives."""
        own, base, _ = own_and_base(composed, StressSettings)
        return asked_of(own, base)


QUESTION = Stress()
