"""The registry.yaml of a generated registry."""

from collections.abc import Mapping

NAMESPACE = "acme"
RELEASE_NAME = f"{NAMESPACE}-ai-federated"
_BOT_NAME, _BOT_EMAIL = "acme-release", "release@acme.invalid"
BOT = f"{_BOT_NAME} <{_BOT_EMAIL}>"
ACTORS: Mapping[str, int] = {"hf": 1001, "gcp": 1002, "aws": 1003}
"""Provider to the numeric account id that may ship for it."""
PREFIXES: Mapping[str, str] = {
    "hf": "hf://acme/",
    "gcp": "gs://acme-models/",
    "aws": "s3://acme-models/",
}

_HEAD = f"""\
apiVersion: fedfuse/v1
kind: Registry
engine: 1
namespace: {NAMESPACE}
release_name: {RELEASE_NAME}
repository: acme/registry
hub: hf://acme/{RELEASE_NAME}
bot: {{name: {_BOT_NAME}, email: {_BOT_EMAIL}}}
currency: USD
maintainers:
  - {{login: maintainer, id: 1}}
required_roles: [textgen, embed, runtime]
suite: {{name: canonical, version: 1}}
providers:
"""
_FUSION = """\
fusion:
  routes:
    generate: {role: textgen, contract: 1}
    search: {role: embed, contract: 1}
    serve: {role: runtime, contract: 1}
    moderate: {role: policy, contract: 1}
  router: {kind: static}
"""
_QUALITY = "    quality: {floor: 0.5, min_items: 200, mode: non_inferior, margin: 0.02}\n"
_LATENCY = (
    "    latency: {latency_ms_p95: 250.0, cost_per_1k_tokens: 1.5, tolerance: 0.25,"
    " interleaved: optional,"
    " pricing_max_age_days: 90}\n"
)
_SAFETY = "    safety: {policy: 0.05, adversarial: 0.05, benign: 0.05, max_critical_failures: 0}\n"
_AGREEMENT = "    agreement: {agree_quality: 0.02, agree_ratio: 0.25}\n"
_ROLES = "roles:\n" + "".join(
    f"  {role}:\n{policies}"
    for role, policies in (
        ("textgen", _QUALITY + _LATENCY + _SAFETY),
        ("policy", _QUALITY + _LATENCY + _SAFETY),
        ("embed", _QUALITY + _LATENCY),
        ("runtime", _QUALITY + _LATENCY + _SAFETY),
        ("retrieval-eval", _AGREEMENT),
        ("benchmark", _AGREEMENT),
    )
)


def registry_yaml(units: Mapping[str, str]) -> bytes:
    """A policy that admits every generated manifest; `units` is `provider/name` to role."""
    providers = (
        f"  {provider}:\n    title: {provider} site\n"
        f"    actors: [{{login: {provider}-shipper, id: {actor}}}]\n"
        f'    prefixes: ["{PREFIXES[provider]}"]\n'
        for provider, actor in ACTORS.items()
    )
    listed = (f"  {unit}: {{role: {role}}}\n" for unit, role in units.items())
    text = _HEAD + "".join(providers) + "units:\n" + "".join(listed) + _ROLES + _FUSION
    return text.encode("ascii")
