"""The pages of a bundle: its model card and its checklist, made from the record alone.

The same record gives the same bytes, today and with a later version: `mirror` and `audit --hub`
make them again and compare. So another wording is for the records of another engine; golden files
hold this one. The pages are lines and no blocks. All that a record quotes is escaped.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fedfuse.report.escape import code, table_row, visible

_TASKS = {"embed": "feature-extraction"}
_RELATIONS = {"lora-safetensors": "adapter", "config": "adapter", "gguf": "quantized"}
_LICENSE_IDS = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bsd-2-clause bsd-3-clause
cc0-1.0 cc-by-4.0 cc-by-sa-4.0 cc-by-nc-4.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 gpl-2.0 gpl-3.0
lgpl-2.1 lgpl-3.0 agpl-3.0 mpl-2.0 epl-2.0 eupl-1.2 artistic-2.0 isc unlicense zlib llama2
llama3 llama3.1 llama3.2 llama3.3 gemma
"""
_LICENSES = frozenset(_LICENSE_IDS.split())
"""License ids the Hub knows; any other is `other` with a name, which it always takes."""


def model_card(record: Mapping[str, Any]) -> bytes:
    """README.md of a bundle; never raises for a valid record.

    The metadata block is what the Hub reads (license, base models, results). Each of its lines is
    a key and a JSON value, which YAML reads as the same value whatever the string holds.
    """
    members = {
        f"{unit}@v{facts['member']}": facts
        for unit, facts in sorted(record["units"].items())
        if facts["member"] is not None
    }
    front = "".join(
        f"{key}: {json.dumps(value)}\n" for key, value in _metadata(record, members).items()
    )
    return f"---\n{front}---\n\n{_page(record, members)}".encode("ascii")


def checklist(record: Mapping[str, Any]) -> bytes:
    """checklist.md of a bundle: what was proven about every member; never raises likewise."""
    lines = [
        f"# What was proven about {code(record['release'])}",
        "",
        f"Recomputed by `fedfuse audit --replay` from commit {code(record['commit'])}.",
        "",
        "## Members",
        "",
        table_row(("unit", "version", "contract", "covered by", "artifact digest")),
        table_row(("---",) * 5),
        *_members(record),
        "",
        "## Routes",
        "",
        *_answers(record),
        "## Gates of what is new in this release",
        "",
        table_row(("shipment", "gate", "result", "observed", "limit")),
        table_row(("---", "---", "---", "--:", "--:")),
        *_outcomes(record),
        "",
    ]
    return "\n".join(lines).encode("ascii", "backslashreplace")


def _metadata(
    record: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    bases = sorted({facts["artifact"]["base_model"]["id"] for facts in _based(members)})
    relations = {
        _RELATIONS.get(facts["artifact"]["format"], "finetune") for facts in _based(members)
    }
    relation = relations.pop() if len(relations) == 1 else "finetune"
    base = {"base_model": [visible(name) for name in bases], "base_model_relation": relation}
    return {
        **_license(members),
        **(base if bases else {}),
        "tags": ["fedfuse", "federation"],
        "model-index": [{"name": visible(record["release"]), "results": _results(record, members)}],
    }


def _based(members: Mapping[str, Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(facts for facts in members.values() if facts["artifact"]["base_model"])


def _license(members: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    licenses = sorted({visible(facts["license"]) for facts in members.values()})
    if len(licenses) == 1 and licenses[0] in _LICENSES:
        return {"license": licenses[0]}
    return {"license": "other", "license_name": "-and-".join(licenses) or "none"}


def _results(
    record: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    suite = visible(", ".join(sorted(record["digests"]["suites"])))
    return [
        {
            "task": {
                "type": _TASKS.get(facts["role"], "text-generation"),
                "name": visible(f"{facts['role']}: {ref}"),
            },
            "dataset": {"type": suite, "name": suite},
            "metrics": [
                {"type": visible(metric), "name": visible(metric), "value": float(value)}
                for metric, value in sorted(record["metrics"][ref].items())
            ],
        }
        for ref, facts in members.items()
        if record["metrics"].get(ref)
    ]


def _router(router: Mapping[str, Any]) -> Iterator[str]:
    """What a trained router promises; nothing for a static one."""
    if router["kind"] == "linear":
        folder = f"releases/routers/v{router['version']}"
        yield f"A trained router chooses the prompt type. {code(f'{folder}/router.json')} has its"
        yield "macro-F1 on template families that it never learnt, and `evidence.csv` beside it the"
        yield "answers. On text of another origin or language no figure holds: there it finds fewer"
        yield "jailbreaks and flags more harmless prompts. Measure it on your own prompts first."
        yield ""


def _voting(voting: Mapping[str, Any] | None) -> Iterator[str]:
    """The voting rule of a record in a sentence; nothing where nobody votes."""
    if voting:
        yield (
            f"Prompts of type {_listed(voting['prompt_types'])} are voted on by"
            f" {_listed(voting['voters'])}, one vote per base model: {voting['quorum']} votes"
            " decide, and anything else is escalated, which the client sees as a refusal."
        )
        yield ""


def _lineage(record: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Each member with its base model, and the student with its teachers."""
    bases = {ref: facts["artifact"]["base_model"] for ref, facts in members.items()}
    lines = [
        f"- {code(ref)} stands on {code(base['id'] + '@' + base['revision'])}."
        for ref, base in bases.items()
        if base
    ]
    taught = record["fusion"].get("distillation")
    if taught and any(ref.startswith(f"{taught['student']}@v") for ref in members):
        lines.append(f"- {code(taught['student'])} learns from {_listed(taught['teachers'])}.")
    if lines:
        yield from ("Lineage:", "", *lines, "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(code, names))


def _page(record: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        f"# {code(record['release'])}",
        "",
        f"A fused release of {code(record['repository'])}.",
        "The units below passed that registry's gates and are locked together.",
        "Git decides what is in it; this copy is for reading.",
        "",
        *_member_table(record, members),
        "",
        "Weights stay with their provider: load each artifact at exactly the revision above.",
        "",
        *_answers(record),
        *_lineage(record, members),
        "`fused.json` is the record of the release. `fedfuse pull` rebuilds the git tag object",
        "from it, compares that with the registry, and then proves every file.",
        "",
        f"Made from commit {code(record['commit'])} of {code(record['created'])}.",
    ]
    return "\n".join(lines) + "\n"


def _answers(record: Mapping[str, Any]) -> Iterator[str]:
    """Who answers each prompt type, what the router promises, and the voting rule."""
    fusion = record["fusion"]
    yield from ("| prompt type | role | contract |", "|---|---|---|")
    for prompt, route in sorted(fusion["routes"].items()):
        yield table_row((code(prompt), _answering(route), code(f"v{route['contract']}")))
    yield ""
    yield from _router(fusion["router"])
    yield from _voting(fusion.get("voting"))


def _answering(route: Mapping[str, Any]) -> str:
    unit = f", unit {code(route['unit'])}" if "unit" in route else ""
    then = _listed(route.get("fallback", ()))
    return f"{code(route['role'])}{unit}" + (f", then {then}" if then else "")


def _member_table(
    record: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    rows = (
        table_row(
            (
                code(ref),
                code(facts["role"]),
                code(f"{facts['artifact']['uri']}@{facts['artifact']['revision']}"),
                code(facts["license"]),
                code(_figures(record["metrics"].get(ref, {}))),
            )
        )
        for ref, facts in members.items()
    )
    return ("| unit | role | artifact | license | measured |", "|---|---|---|---|---|", *rows)


def _figures(metrics: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(metrics.items()))


def _members(record: Mapping[str, Any]) -> Iterator[str]:
    for unit, facts in sorted(record["units"].items()):
        if facts["member"] is not None:
            yield table_row(
                (
                    code(unit),
                    f"v{facts['member']}",
                    f"v{facts['contract']}",
                    code(facts["report"]) if facts["report"] else "not needed",
                    code(facts["artifact"]["digest"]),
                )
            )


def _outcomes(record: Mapping[str, Any]) -> Iterator[str]:
    for ref, outcomes in sorted(record["verdicts"].items()):
        for one in outcomes:
            limit = code(f"{one['limit']} {one['unit']}") if one["limit"] else ""
            observed = code(one["observed"]) if one["observed"] else ""
            gate = code(f"{one['gate']} {one['check']}")
            yield table_row((code(ref), gate, code(one["verdict"]), observed, limit))
