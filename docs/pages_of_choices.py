"""Pages about what a user can choose: settings of the command, levers, disputed mechanisms."""

from collections.abc import Mapping
from typing import Any

import sources
from pydantic import BaseModel
from sources import ROOT
from wordlist import NOTE, code, table

from experiments import questions
from experiments.configuration import options
from experiments.configuration.declared import declared, may_be, never
from experiments.configuration.settings import BEGINNING
from experiments.configuration.validation_errors import shown
from experiments.evidence.structural_alternatives import KEY, mechanisms
from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.policy.regime import Regime


def _default(field: Any) -> str:
    """A field's default for people."""
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple | dict) else str(value)


def _range(field: Any) -> str:
    """What a field may be, from its constraints."""
    signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    found = [f"{signs[k]} {getattr(m, k):g}" for m in field.metadata for k in signs if hasattr(m, k)]
    return ", ".join(found)


def levers() -> str:
    """Reference: the levers and the regime."""
    common = sources.attributes(Lever.__doc__ or "")
    shared = [(code(n), _default(f), _range(f), common[n]) for n, f in Lever.model_fields.items()]
    parts = [
        "# Levers and the regime\n",
        NOTE,
        "\nA policy is an ordered mapping of levers. A lever is data applied to the *regime*, which is all that the",
        "dynamics ever see of policy. A lever of strength 0 is exactly off. What a setting can plausibly be, and why:",
        "`configs/levers.yaml` in [every number](numbers.md).\n\n## Every lever has\n",
        table(("setting", "default", "range", "what it is"), shared),
    ]
    for name, kind in LEVERS.items():
        about = sources.attributes(kind.__doc__ or "")
        own = [(code(n), _default(f), _range(f), about[n]) for n, f in kind.model_fields.items() if n not in common]
        first = " ".join((kind.__doc__ or "").split("Attributes:")[0].split())
        parts += [
            f"\n## `{name}`\n\n{first}\n",
            table(("setting", "default", "range", "what it is"), own) if own else "No settings of its own.\n",
        ]
    fields = sources.attributes(Regime.__doc__ or "")
    plain = Regime()
    rows = [
        (
            code(n),
            "1 for every agency"
            if n == "envelope"
            else "0 for every agency"
            if n == "ring_fence"
            else getattr(plain, n) or 0,
            about,
        )
        for n, about in fields.items()
    ]
    return "\n".join(
        [
            *parts,
            "\n## The regime\n\nWhat is in force in one month, in or outside the zones. The default "
            "is the place as it was.\n",
            table(("field", "default", "what it is"), rows),
        ]
    )


def settings_table(model: type[BaseModel], defaults: Mapping[str, Any]) -> str:
    """A row for each setting, as it is declared."""
    rows = []
    for key, setting in declared(model).items():
        example = f"As {code(setting.example)}." if setting.example else ""
        about = " ".join(filter(None, (f"{setting.words}.", example, never(model, key))))
        rows.append((code(key), code(shown(defaults.get(key))), may_be(model, key), about))
    return table(("setting", "default", "range", "what it is"), rows)


def settings() -> str:
    """Reference: settings of every question, from where they are declared."""
    own = {name: questions.question(name).settings for name in questions.declared()}
    groups = [
        (group, ", ".join(map(code, options.in_full(group)))) for group in (*options.ONE_OF, *options.ALL_AT_ONCE)
    ]
    parts = [
        "# Settings of every question\n",
        NOTE,
        "\n`key=value` on the command line; `redesign <question> --help` prints the same with the values in force,",
        "`redesign <question> --cfg job` all that is in force.\n",
    ]
    begun, *files = (options.Option("", name, ROOT / "configs", True).read() for name in (BEGINNING, *own))
    for (name, model), file in zip(own.items(), files, strict=True):
        if model.model_fields:
            parts += [f"\n## `redesign {name}`\n", settings_table(model, begun | file)]
    return "\n".join(
        [
            *parts,
            "\n## Groups\n\nOne option is chosen of each of the first six (`place=croydon`). Of challenges, designs and "
            "policies\nall are there at once, each under its own name (`policy.radical...`). `burn_in.<key>` says how long a "
            "place\nsettles before the policy date, in months.\n",
            table(("group", "options"), groups),
        ]
    )


def structures() -> str:
    """Reference: mechanisms that are disputed, and what each could be instead."""
    parts = [
        "# Disputed mechanisms\n",
        NOTE,
        "\nMechanisms that the literature disputes. Each is one key; its first choice is the model's own.",
        "`redesign list structures` lists them, [`redesign stress`](../how-to/stress.md) tries every other choice",
        "by itself.\n",
    ]
    for name, mechanism in mechanisms().items():
        rows = [
            (
                f"**{code(choice)}**" if choice == mechanism.used else code(choice),
                about.summary,
                about.source,
                about.grade,
            )
            for choice, about in mechanism.choices.items()
        ]
        heading = f"\n## `{KEY}.{name}`: {mechanism.title}\n"
        parts += [heading, table(("choice", "what happens", "source", "grade"), rows)]
    return "\n".join(parts)
