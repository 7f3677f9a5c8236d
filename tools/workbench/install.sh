#!/usr/bin/env bash
# Sets up the real VS Code workbench (code-server) for the end-to-end flow and prints the folder it is in.
#
#   tools/workbench/install.sh [DIR]
#
# Without DIR the tree goes to <repository>/.cache/workbench/<hash of this script>, so a changed recipe never
# meets an old tree and a CI cache can be keyed by that folder. A second call finds the tree ready and is instant.
set -euo pipefail

code_server=4.100.3 # VS Code 1.100.3; the last series that runs on Node 20
tslib=2.8.1         # the one module that code-server's own lock file leaves out

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
recipe=$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-16)
tree=${1:-$repository/.cache/workbench/$recipe}
mkdir -p "$tree"
tree=$(cd "$tree" && pwd)

say() { printf 'workbench: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# Debian's names differ from the commands': "command=package".
missing_packages() {
  local pair
  for pair in chromium=chromium rg=ripgrep python3=python3 make=make g++=g++; do
    command -v "${pair%%=*}" >/dev/null || printf '%s\n' "${pair#*=}"
  done
}

install_system_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || stop "install these and run me again: ${packages[*]}"
  [ "$(id -u)" -eq 0 ] || stop "run this and then me again: sudo apt-get install --no-install-recommends ${packages[*]}"
  say "apt-get install ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
}

check_node() {
  command -v node >/dev/null && command -v npm >/dev/null || stop "Node 20 with npm is needed; put it on PATH and run me again."
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" = 20 ] || stop "code-server $code_server runs on Node 20, this is Node $major; put Node 20 first on PATH."
  # Without local headers node-gyp would download them from a host that a closed network does not have.
  export npm_config_nodedir="${npm_config_nodedir:-$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")}"
  [ -f "$npm_config_nodedir/include/node/node.h" ] ||
    stop "Node's headers are not in $npm_config_nodedir/include/node; set npm_config_nodedir to the folder that has them."
}

build_tree() {
  cd "$tree"
  # A package.json of its own keeps npm from climbing to the repository's.
  printf '{"private": true}\n' >package.json
  # No install scripts: ripgrep's fetches a binary from a host other than the registry, and fails without it.
  npm install --ignore-scripts --no-audit --no-fund --save-exact "code-server@$code_server" >&2
  npm rebuild argon2 --build-from-source >&2
  cd node_modules/code-server/lib/vscode
  # `npm ci` refuses this lock file (npm 11: tslib missing from it); install with tslib pinned by hand instead.
  npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund "tslib@$tslib" >&2
  npm rebuild @vscode/spdlog native-watchdog >&2
  # What code-server's own postinstall would do, with the system's ripgrep.
  mkdir -p node_modules/@vscode/ripgrep/bin
  ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
  ln -sfn node_modules node_modules.asar
  ln -sf code-linux.sh bin/remote-cli/code-server
  ln -sf browser-linux.sh bin/helpers/browser.sh
}

install_system_packages
check_node
if [ ! -f "$tree/ready" ]; then
  say "building code-server $code_server in $tree (about a minute)"
  build_tree
  # Its configuration goes beside it, not to the home folder.
  version=$(XDG_CONFIG_HOME="$tree/xdg" node "$tree/node_modules/code-server/out/node/entry.js" --version | tail -n 1)
  say "code-server $version"
  # Written last: a tree without it was interrupted and is built again.
  printf '%s\n' "$version" >"$tree/ready"
fi
printf '%s\n' "$tree"
