"""`fedfuse explain`: say what a code or gate means and how to satisfy it."""

from typing import Annotated

import typer

from fedfuse.errors import UsageError


def explain(
    topic: Annotated[str, typer.Argument(help="A code such as E206, or a gate such as quality.")],
) -> None:
    """Explain a finding code or a gate: the rule, why, and how to satisfy it."""
    from fedfuse.gates.explain import EXPLANATIONS
    from fedfuse.model.codes import CATALOG
    from fedfuse.report import explain as render

    code, gate = CATALOG.get(topic.upper()), EXPLANATIONS.get(topic.lower())
    if code:
        typer.echo(render.rule(code), nl=False)
        return
    if not gate:
        raise UsageError(
            f"there is no code or gate {topic!r}",
            fix=f"name a code from a report, or one of {', '.join(EXPLANATIONS)}",
        )
    typer.echo(render.topic(gate.gate, gate.rule, why=gate.why, fix=gate.fix), nl=False)
    for verdict, meaning in gate.verdicts.items():
        typer.echo(f"{verdict.value}: {meaning}")
