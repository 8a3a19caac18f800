#!/usr/bin/env bash
# Makes what a release consists of, in the folder that is given: tarball, SBOM, licences, notes, checksums. Publishes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:?usage: scripts/artifacts.sh FOLDER}
version=$(node -p 'require("./package.json").version')
[ ! -e "$folder" ] || { echo "artifacts: $folder exists; name a new folder" >&2; exit 1; }
mkdir -p "$folder"

npm pack --silent --pack-destination "$folder" >/dev/null
# What is bundled comes from the development dependencies: the package itself has no others.
npm sbom --sbom-format cyclonedx --package-lock-only >"$folder/sbom.cdx.json"
cp dist/THIRD-PARTY.txt "$folder/"
awk -v head="## [$version]" 'index($0, head) == 1 { on = 1; next } /^## \[/ { on = 0 } on' CHANGELOG.md >"$folder/NOTES.md"
[ -s "$folder/NOTES.md" ] || { echo "artifacts: CHANGELOG.md has no section [$version]" >&2; exit 1; }
(cd "$folder" && sha256sum -- *.tgz sbom.cdx.json THIRD-PARTY.txt >SHA256SUMS)
ls -l "$folder"
