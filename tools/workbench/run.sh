#!/usr/bin/env bash
# Runs the end-to-end flow in the real VS Code workbench: sets the workbench up, builds the extension, drives it.
#
#   [AWS_ORCHESTRATOR_PYTHON=/path/to/python] tools/workbench/run.sh [NAME]
#
# The Python must have aws-orchestrator installed; without the variable it is the repository's .venv, else python3.
# NAME runs only the tests whose name matches. Pictures go to docs/pictures/, what is known about a failure to
# .cache/workbench-failures/. The last line is `N passed, N failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
client=$repository/client-vscode

python=${AWS_ORCHESTRATOR_PYTHON:-}
[ -n "$python" ] || python=$repository/.venv/bin/python
[ -x "$python" ] || python=$(command -v python3)
"$python" -c 'import aws_orchestrator' 2>/dev/null || [ -n "${AWS_ORCHESTRATOR_PYTHON:-}" ] || {
  echo "workbench: $python has no aws_orchestrator; install it there or name another in AWS_ORCHESTRATOR_PYTHON." >&2
  exit 1
}

tree=$("$here/install.sh")
cd "$client"
[ -d node_modules ] || npm ci --no-audit --no-fund >&2
# Without the server's wheel inside, the extension cannot offer to install it.
compgen -G 'server/*.whl' >/dev/null ||
  "$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir server "$repository" >&2
npm run --silent package >&2
npm run --silent build:workbench >&2
(cd "$repository/tests/workbench/hashicorp" && "$client/node_modules/.bin/vsce" package --no-dependencies \
  --skip-license --out "$client/out/hashicorp-stand-in.vsix") >/dev/null
mkdir -p "$repository/docs/pictures"

export AWS_ORCHESTRATOR_PYTHON=$python AWS_ORCHESTRATOR_REPOSITORY=$repository
export AWS_ORCHESTRATOR_VSIX=$client/aws-orchestrator.vsix
export HASHICORP_STAND_IN=$client/out/hashicorp-stand-in.vsix
export WORKBENCH_TREE=$tree CHROMIUM
CHROMIUM=$(command -v chromium)
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
status=0
# One flow at a time: each is a browser and an editor, and two would only wait for each other.
node --test --test-concurrency=1 --test-timeout=900000 ${1:+--test-name-pattern="$1"} \
  --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$counts" out/workbench/ || status=$?
printf '%s passed, %s failed\n' "$(sed -n 's/^# pass //p' "$counts")" "$(sed -n 's/^# fail //p' "$counts")"
exit "$status"
