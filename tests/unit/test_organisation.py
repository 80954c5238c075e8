"""What is typed for `fedfuse init` is an organisation, or a usage error that names the option."""

from typing import Any

import pytest

from fedfuse.errors import UsageError
from fedfuse.flows.registry import organisation, standard_units
from fedfuse.model.registry import Person


def parse(**changes: Any) -> organisation.Organisation:
    words: dict[str, Any] = {
        "namespace": "acme",
        "repository": "acme/registry",
        "providers": ("hf=alice:1", "gcp=bob:2", "aws=carol:3"),
    }
    return organisation.parse(**{**words, **changes})


def test_what_is_not_said_follows_from_the_namespace() -> None:
    made = parse()
    assert made.release_name == "acme-ai-federated"
    assert made.hub == "hf://acme/acme-ai-federated"
    assert made.bot == ("acme-release", "release@acme.invalid")
    assert made.providers["hf"].prefixes == ("hf://acme/",)
    assert made.providers["gcp"].prefixes == ("gs://acme-models/",)
    assert made.providers["aws"].prefixes == ("s3://acme-models/",)


def test_without_maintainers_every_account_is_one_once() -> None:
    made = parse(providers=("hf=alice:1", "gcp=alice:1", "aws=carol:3"))
    assert made.maintainers == (Person("alice", 1), Person("carol", 3))
    assert parse(maintainers=("dora:4",)).maintainers == (Person("dora", 4),)


def test_a_provider_may_have_several_accounts_and_its_own_prefixes() -> None:
    made = parse(
        providers=("hf=alice:1", "hf=dora:4"), prefixes=("hf=hf://acme/", "hf=hf://acme-labs/")
    )
    assert made.providers["hf"].actors == (Person("alice", 1), Person("dora", 4))
    assert made.providers["hf"].prefixes == ("hf://acme/", "hf://acme-labs/")


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"namespace": "Acme"}, "--namespace"),
        ({"namespace": "acme-"}, "--namespace"),
        ({"namespace": "acme\n"}, "--namespace"),
        ({"namespace": "a" * 61}, "--namespace"),
        ({"release_name": "acme v1"}, "--release-name"),
        ({"repository": "acme"}, "--repo"),
        ({"repository": "acme/registry/x"}, "--repo"),
        ({"providers": ("hf",)}, "--provider"),
        ({"providers": ("azure=alice:1",)}, "--provider"),
        ({"providers": ("Azure=alice:1",)}, "--provider"),
        ({"providers": ("registry=alice:1",)}, "--provider"),
        ({"providers": ("hf\n=alice:1",)}, "--provider"),
        ({"units": ("hf=textgen",)}, "--unit"),
        ({"units": ("hf/a=poet",)}, "--unit"),
        ({"units": ("hf/a: {}=textgen",)}, "--unit"),
        ({"units": ("azure/a=textgen", "hf/b=policy")}, "--provider"),
        ({"prefixes": ("azure=s3://acme/",)}, "--prefix"),
        ({"providers": ("hf=alice",)}, "--provider"),
        ({"providers": ("hf=alice:0",)}, "--provider"),
        ({"providers": ("hf=alice:12x",)}, "--provider"),
        ({"providers": ("hf=-alice:1",)}, "--provider"),
        ({"providers": ("hf=al--ice:1",)}, "--provider"),
        ({"providers": ("hf=alice:1}, {login: eve:2",)}, "--provider"),
        ({"prefixes": ("hf=https://host/",)}, "--prefix"),
        ({"prefixes": ("hf=hf://acme/../",)}, "--prefix"),
        ({"prefixes": ("hf=hf://acme",)}, "--prefix"),
        ({"maintainers": ("dora",)}, "--maintainer"),
        ({"hub": "https://huggingface.co/acme/x"}, "--hub"),
        ({"hub": "dir:a b"}, "--hub"),
    ],
)
def test_a_word_that_does_not_fit_is_refused_by_the_name_of_its_option(
    changes: dict[str, Any], option: str
) -> None:
    with pytest.raises(UsageError) as refused:
        parse(**changes)
    assert refused.value.what.startswith(option)
    assert refused.value.fix


def test_the_form_of_an_account_is_shown_with_its_provider() -> None:
    with pytest.raises(UsageError) as refused:
        parse(providers=("hf=alice",))
    assert refused.value.fix == "write it like hf=alice:4312191"


HF = ("hf=alice:1",)


@pytest.mark.parametrize(
    ("units", "what"),
    [
        (("hf/a=textgen", "gcp/b=policy"), "--unit names gcp, which is no provider"),
        (("hf/a=dataset-quality",), "no --unit is a model"),
        (("hf/a=embed",), "a retrieval-eval measured it"),
        (("hf/a=runtime",), "a benchmark measured it"),
    ],
)
def test_units_from_which_no_release_could_be_made_are_refused(
    units: tuple[str, ...], what: str
) -> None:
    with pytest.raises(UsageError, match=what) as refused:
        parse(providers=HF, units=units)
    assert refused.value.fix.startswith("add --")


def test_two_units_of_one_name_would_have_one_id_and_are_refused() -> None:
    with pytest.raises(UsageError, match="is there twice"):
        parse(providers=("hf=a:1", "gcp=b:2"), units=("hf/a=textgen", "gcp/a=textgen"))


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        (("a", "b"), {"a/x": "textgen", "a/y": "policy", "b/z": "textgen"}),
        (("c",), {"c/x": "textgen", "c/y": "policy", "c/z": "textgen"}),
        (("c", "d"), {"c/x": "textgen", "c/y": "policy", "d/z": "textgen"}),
        (("b", "c"), {"b/z": "textgen", "c/x": "textgen", "c/y": "policy"}),
        (
            ("a", "b", "c"),
            {"a/x": "textgen", "a/y": "policy", "b/z": "textgen", "c/c-textgen": "textgen"},
        ),
    ],
)
def test_the_usual_units_are_shared_out_whole_by_provider(
    providers: tuple[str, ...], expected: dict[str, str]
) -> None:
    template = {"a/x": "textgen", "a/y": "policy", "b/z": "textgen"}
    assert standard_units.standard(template, providers) == expected
