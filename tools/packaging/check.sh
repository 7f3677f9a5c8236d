#!/usr/bin/env bash
# Installs the wheel and the extension of a folder into clean places and runs the main job with what is installed.
#
#   tools/packaging/check.sh DIST
set -euo pipefail

dist=$(cd "${1:?name the folder with the wheel and the vsix}" && pwd)
python=${PYTHON:-python3}
limit=$((5 * 1024 * 1024))

stop() { printf 'packaging: %s\n' "$*" >&2; exit 1; }

wheel=$(echo "$dist"/aws_orchestrator-*.whl)
vsix=$dist/aws-orchestrator.vsix
[ -f "$wheel" ] && [ -f "$vsix" ] || stop "$dist holds no wheel or no extension; make dist builds both."
size=$(stat -c %s "$vsix" 2>/dev/null || stat -f %z "$vsix")
[ "$size" -lt "$limit" ] || stop "the extension is $size bytes, more than $limit."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
# As the editor does: what is in the extension is unpacked, and its wheel goes into a private environment.
"$python" -m zipfile -e "$vsix" "$place/extension"
inside=$(echo "$place"/extension/extension/server/aws_orchestrator-*.whl)
cmp "$wheel" "$inside" || stop "the wheel inside the extension is not the one beside it."
# Whoever gets the bundle gets the licences of what is in it; and nothing but what the extension needs goes along.
notices=$place/extension/extension/dist/ThirdPartyNotices.txt
for package in vscode-languageclient vscode-jsonrpc vscode-languageserver-protocol; do
  grep -q "^$package .*MIT" "$notices" || stop "the extension lacks the licence of $package."
done
bundle=$(wc -c <"$place/extension/extension/dist/extension.js")
[ "$bundle" -lt 409600 ] || stop "the bundle is $bundle bytes, more than 409600."
strange=$(cd "$place/extension/extension" && find . -type f ! -name '*.md' ! -path './images/*' ! -path './dist/*' ! -path './syntaxes/*.json' \
  ! -path './server/*.whl' ! -name 'LICENSE*' ! -name package.json ! -name language-configuration.json)
[ -z "$strange" ] || stop "the extension holds what it does not need: $strange"
"$python" -I -m venv "$place/environment"
"$place/environment/bin/python" -I -m pip install --quiet --disable-pip-version-check "$inside"
mkdir "$place/workspace" "$place/home"
# Nothing of this repository, and nothing of the person's home.
cd "$place/workspace"
env -i PATH="$PATH" HOME="$place/home" LANG=C.UTF-8 "$place/environment/bin/aws-orchestrator" generate \
  "an encrypted bucket with access logging to my-logs" --workspace . --answer commit=keep_local --answer next_steps=done
[ -s terraform_modules/s3/main.tf ] || stop "the main job made no module."
printf 'packaging: extension %s bytes, wheel %s bytes; the main job ran with what they hold.\n' "$size" "$(stat -c %s "$wheel" 2>/dev/null || stat -f %z "$wheel")"
