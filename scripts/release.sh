#!/usr/bin/env bash
# Makes the commit that workflows pin: this one, with the built action in it, under the tag of the version. Pushes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(node -p 'require("./package.json").version')
tag="v$version"
fail() { echo "release: $1" >&2; exit 1; }

[ -z "$(git status --porcelain)" ] || fail 'commit or stash your changes first'
git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null && fail "$tag exists; raise the version in package.json"
grep -q "^## \[$version\]" CHANGELOG.md || fail "CHANGELOG.md has no section [$version]"

npm cit

branch=$(git symbolic-ref --quiet --short HEAD || git rev-parse HEAD)
git switch --quiet --detach
trap 'git switch --quiet "$branch"' EXIT
git add --force dist/action.js dist/THIRD-PARTY.txt
git commit --quiet --message "Release $tag with the built action"
git tag --annotate --message "rolesync $version" "$tag"

scripts/artifacts.sh "release/$tag" >/dev/null
echo "release: the tarball to install is release/$tag/rolesync-$version.tgz"
echo "release: $tag is $(git rev-parse "$tag^{commit}"): pin that in workflows, and push it with: git push origin $tag"
