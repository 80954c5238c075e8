"""The operations of the loopback GitHub around releases."""

import hashlib
from collections.abc import Mapping
from typing import Any

from tests.github.routes import Answer, Handler, Request, filled, paged, refused
from tests.github.store import Asset, Release, Store

_THERE = {"resource": "Release", "code": "already_exists", "field": "tag_name"}


def _asset(release: Release, asset: Asset) -> dict[str, Any]:
    return filled(
        "repos/list-release-assets",
        id=asset.id,
        name=asset.name,
        size=len(asset.data),
        digest=f"sha256:{hashlib.sha256(asset.data).hexdigest()}",
        state=asset.state,
        label=str(release.id),
    )


def _release(request: Request, release: Release) -> dict[str, Any]:
    said = {k: v for k, v in release.fields.items() if k != "make_latest"}
    files = [_asset(release, one) for one in release.assets.values()]
    here = f"{request.url}/repos/{request.repository}/releases/{release.id}"
    place = f"{here}/assets{{?name,label}}"
    return filled("repos/get-release", id=release.id, **said, assets=files, upload_url=place)


def _published(store: Store, tag: str) -> bool:
    return any(one.fields["tag_name"] == tag and not one.fields["draft"] for one in store.releases)


def _by_id(store: Store, request: Request) -> Release | None:
    wanted = request.number("release_id")
    return next((one for one in store.releases if one.id == wanted), None)


def list_releases(store: Store, request: Request) -> Answer:
    """Drafts are shown to whoever may write here, and that is every token of this GitHub."""
    newest = sorted(store.releases, key=lambda one: one.id, reverse=True)
    return paged(request, [_release(request, one) for one in newest])


def create_release(store: Store, request: Request) -> Answer:
    if _published(store, request.body["tag_name"]):
        return refused(422, "Validation Failed", _THERE)
    return Answer(201, _release(request, store.release(**request.body)))


def update_release(store: Store, request: Request) -> Answer:
    release = _by_id(store, request)
    if release is None:
        return refused(404, "Not Found")
    tag = release.fields["tag_name"]
    publishes = release.fields["draft"] and request.body.get("draft") is False
    if publishes and _published(store, tag):
        return refused(422, "Validation Failed", _THERE)
    release.fields.update(request.body)
    if publishes and tag not in store.tags:
        store.made_tags.append(tag)
    return Answer(200, _release(request, release))


def delete_release(store: Store, request: Request) -> Answer:
    release = _by_id(store, request)
    if release is None:
        return refused(404, "Not Found")
    store.releases.remove(release)
    return Answer(204)


def upload_release_asset(store: Store, request: Request) -> Answer:
    release, name = _by_id(store, request), request.query["name"]
    if release is None:
        return refused(404, "Not Found")
    if any(one.name == name for one in release.assets.values()):
        return refused(422, "Validation Failed", _THERE)
    asset = Asset(store.new_id(), name, request.data)
    release.assets[asset.id] = asset
    return Answer(201, _asset(release, asset))


def delete_release_asset(store: Store, request: Request) -> Answer:
    wanted = request.number("asset_id")
    found = any(one.assets.pop(wanted, None) for one in store.releases)
    return Answer(204) if found else refused(404, "Not Found")


HANDLERS: Mapping[str, Handler] = {
    "repos/list-releases": list_releases,
    "repos/create-release": create_release,
    "repos/update-release": update_release,
    "repos/delete-release": delete_release,
    "repos/upload-release-asset": upload_release_asset,
    "repos/delete-release-asset": delete_release_asset,
}
