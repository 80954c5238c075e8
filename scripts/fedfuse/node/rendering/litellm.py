"""LiteLLM in front of a node: the node's models, and its vote as the stock generic guardrail."""

from collections.abc import Mapping
from typing import Any

from fedfuse.node.release import Release

COMMENT = (
    "litellm --config FILE. Set LITELLM_LOCAL_MODEL_COST_MAP=True, or it asks GitHub for prices;",
    "LITELLM_MASTER_KEY is what clients send, {key} what the node asks for (any word for none).",
)


def config(release: Release, *, url: str, key: str) -> Mapping[str, Any]:
    """A whole configuration; `url` is the node's address, `key` the variable with its key.

    The guardrail judges every prompt, also of models that are added later. It is closed when it
    fails. LiteLLM neither repeats a request nor leaves the node alone: the node does both itself,
    for each of its backends.
    """
    names = [release.name, *(f"{release.name}/{kind}" for kind in release.routes)]
    secret = f"os.environ/{key}"
    there = {
        "api_base": f"{url}/v1",
        "api_key": secret,
        "additional_drop_params": ["stream_options"],  # LiteLLM adds it, and no contract has it
    }
    models = [
        {"model_name": name, "litellm_params": {"model": f"openai/{name}", **there}}
        for name in names
    ]
    vote = {
        "guardrail": "generic_guardrail_api",
        "mode": "pre_call",
        "default_on": True,
        "api_base": url,
        "api_key": secret,
        "unreachable_fallback": "fail_closed",
        "fail_on_error": True,
    }
    guardrails = [{"guardrail_name": f"{release.name}-vote", "litellm_params": vote}]
    return {
        "model_list": models,
        **({"guardrails": guardrails} if release.voting else {}),
        "litellm_settings": {"num_retries": 0},
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
    }
