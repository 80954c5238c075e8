"""A node on Kubernetes: stateless pods that pull the release themselves, and hold no secret."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.adapters.endpoints_file import Endpoint, Endpoints
from fedfuse.errors import RefusedError, UsageError
from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.quoting import quoted
from fedfuse.model.yaml_text import render
from fedfuse.node import prompting
from fedfuse.node.release import Release
from fedfuse.node.serving import DRAIN_SECONDS

RELEASES = "/var/lib/fedfuse"
SETTINGS = "/etc/fedfuse"
SCRATCH = "/tmp"  # noqa: S108 - a volume of the pod, for what the Hub's client keeps
_SECCOMP = "RuntimeDefault"
_PORT = 8080
_GONE_SECONDS = 5
"""Between a pod's end and the moment when the last proxy has heard of it."""
_NOBODY = 65532
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._:/-]{0,255}@sha256:[0-9a-f]{64}")
_REGISTRY = re.compile(r"(https://[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._~/-]+)?")
_HUB = re.compile(r"hf://[A-Za-z0-9._-]{1,96}/[A-Za-z0-9._-]{1,96}")


@dataclass(frozen=True, slots=True)
class Pod:
    """What every pod of a node is made of."""

    image: str
    source: str
    """The mirror on the Hub that it pulls production from."""
    registry: str
    """Address of the registry that proves it; empty for none."""
    key: str
    """Variable, and key of the Secret, with what clients must send."""


def dns_name(text: str) -> str:
    """A text as a DNS-1035 label of at most 52 characters, so that a suffix fits into 63.

    What had to be changed gets a digest at its end: two texts never share a name.
    """
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    name = name if name[:1].isalpha() else f"n-{name}"
    return name if name == text and len(name) <= 52 else f"{name[:43]}-{sha256(text.encode())[:8]}"


def comment(release: Release, endpoints: Endpoints, pod: Pod) -> tuple[str, ...]:
    """What has to be there before: a Secret, which is not rendered."""
    keys = " ".join(f"--from-file={one}=FILE" for one in (pod.key, *_variables(endpoints)))
    return (
        f"Before: kubectl create secret generic {dns_name(release.name)}-keys {keys}",
        "(HF_TOKEN too for a private mirror). The ServiceMonitor needs the Prometheus operator.",
    )


def documents(release: Release, endpoints: Endpoints, pod: Pod) -> tuple[Mapping[str, Any], ...]:
    """ConfigMap, Deployment, Service and ServiceMonitor.

    Raises UsageError or RefusedError for what no pod could use.
    """
    _check(pod, endpoints)
    name = dns_name(release.name)
    labels = {"app.kubernetes.io/name": "fedfuse-node", "app.kubernetes.io/instance": name}
    shared, files = _settings(release, endpoints)
    template = {
        "metadata": {
            "labels": labels,
            "annotations": {"fedfuse/endpoints-sha256": sha256(dumps(shared))},
        },
        "spec": _pod_spec(name, endpoints, pod, files),
    }
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}},
        "template": template,
    }
    port = {"name": "http", "port": _PORT, "targetPort": "http"}
    scraped = {"port": "http", "path": "/metrics", "interval": "15s"}
    monitor = {"selector": {"matchLabels": labels}, "endpoints": [scraped]}
    bodies: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("v1", "ConfigMap", f"{name}-endpoints", shared),
        ("apps/v1", "Deployment", name, {"spec": spec}),
        ("v1", "Service", name, {"spec": {"selector": labels, "ports": [port]}}),
        ("monitoring.coreos.com/v1", "ServiceMonitor", name, {"spec": monitor}),
    )
    return tuple(
        {"apiVersion": api, "kind": kind, "metadata": {"name": called, "labels": labels}, **body}
        for api, kind, called, body in bodies
    )


def _check(pod: Pod, endpoints: Endpoints) -> None:
    if not _IMAGE.fullmatch(pod.image):
        raise RefusedError(
            f"the image {quoted(pod.image)} is not pinned by digest",
            fix="--image REGISTRY/NAME@sha256:DIGEST, with the digest that its push printed",
        )
    if not _HUB.fullmatch(pod.source):
        raise UsageError("no pod could pull from there", fix="--from hf://OWNER/NAME")
    if not _REGISTRY.fullmatch(pod.registry):  # not quoted: there may be a token in it
        fix = "--registry https://HOST/OWNER/NAME, without a user"
        raise UsageError("--registry is no address that a pod could read", fix=fix)
    for server in endpoints.servers:
        if server.is_loopback:
            raise RefusedError(
                f"{server.base} is this machine; in a pod it would be the pod itself",
                fix="write an address into endpoints.yaml that pods reach, or name --endpoints",
            )
        if server.token and not server.token.env:
            raise RefusedError(
                f"the token of {server.base} comes from a file or a command, which no pod has",
                fix="write `token: {env: NAME}` there; the Secret gives NAME",
            )


def _variables(endpoints: Endpoints) -> tuple[str, ...]:
    tokens = (server.token for server in endpoints.servers)
    return tuple(sorted({token.env for token in tokens if token}))


def _settings(release: Release, endpoints: Endpoints) -> tuple[dict[str, Any], dict[str, str]]:
    """The ConfigMap's content, and each of its keys' path below `SETTINGS`.

    endpoints.yaml is written anew, so that no comment of its file comes along.
    """
    paths, configs, binary = {"endpoints.yaml": "endpoints.yaml"}, {}, {}
    targets = [member for route in release.routes.values() for member in route.targets]
    for member in {m.id: m for m in (*targets, *release.voters)}.values():
        folder = endpoints.configs.get(member.id)
        if folder and member.format == prompting.FORMAT:
            prompting.read(member, folder)
            configs[member.id] = there = member.id.replace("/", ".")
            for file in sorted(member.files):
                binary[f"{there}.{file}"] = base64.b64encode((folder / file).read_bytes()).decode()
                paths[f"{there}.{file}"] = f"{there}/{file}"
    servers = [_server(one) for one in endpoints.servers]
    document: dict[str, Any] = {"apiVersion": "fedfuse/v1", "kind": "Endpoints"}
    text = render({**document, "endpoints": servers} | ({"configs": configs} if configs else {}))
    return {"data": {"endpoints.yaml": text}} | ({"binaryData": binary} if binary else {}), paths


def _server(server: Endpoint) -> dict[str, Any]:
    made: dict[str, Any] = {"url": server.base, "timeout_seconds": int(server.timeout_seconds)}
    made |= {"token": {"env": server.token.env}} if server.token else {}
    return made | ({"serves": dict(server.serves)} if server.serves else {})


def _pod_spec(name: str, endpoints: Endpoints, pod: Pod, files: Mapping[str, str]) -> Any:
    user = dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), _NOBODY)
    items = [{"key": key, "path": path} for key, path in files.items()]
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": _GONE_SECONDS + DRAIN_SECONDS + 5,
        "securityContext": user | {"runAsNonRoot": True, "seccompProfile": {"type": _SECCOMP}},
        "containers": [_container(name, endpoints, pod)],
        "volumes": [
            {"name": "settings", "configMap": {"name": f"{name}-endpoints", "items": items}},
            {"name": "releases", "emptyDir": {"sizeLimit": "1Gi"}},
            {"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}},
        ],
    }


def _container(name: str, endpoints: Endpoints, pod: Pod) -> Any:
    words = ["serve", RELEASES, "--endpoints", f"{SETTINGS}/endpoints.yaml"]
    words += ["--host", "0.0.0.0", "--port", str(_PORT), "--key-env", pod.key]  # noqa: S104 - with a key
    words += ["--follow", "production", "--from", pod.source]
    words += ["--registry", pod.registry] if pod.registry else []
    refs: dict[str, dict[str, Any]]
    refs = {one: {"name": f"{name}-keys", "key": one} for one in (pod.key, *_variables(endpoints))}
    refs["HF_TOKEN"] = {"name": f"{name}-keys", "key": "HF_TOKEN", "optional": True}
    env = [{"name": one, "valueFrom": {"secretKeyRef": ref}} for one, ref in refs.items()]
    return {
        "name": "node",
        "image": pod.image,
        "command": ["fedfuse"],
        "args": words,
        "workingDir": SCRATCH,
        "env": [{"name": "HOME", "value": SCRATCH}, *env],
        "ports": [{"name": "http", "containerPort": _PORT}],
        "livenessProbe": _probe("/healthz", 6),
        "readinessProbe": _probe("/readyz", 2),
        "lifecycle": {"preStop": {"sleep": {"seconds": _GONE_SECONDS}}},
        "resources": {
            "requests": {"cpu": "250m", "memory": "256Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "settings", "mountPath": SETTINGS, "readOnly": True},
            {"name": "releases", "mountPath": RELEASES},
            {"name": "scratch", "mountPath": SCRATCH},
        ],
    }


def _probe(path: str, most: int) -> dict[str, Any]:
    asked = {"path": path, "port": "http"}
    return {"httpGet": asked, "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": most}
