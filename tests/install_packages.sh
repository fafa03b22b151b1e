#!/usr/bin/env bash
# Installs what is missing on a fresh Debian 12: compilers and the libraries that the project is built on.
set -euo pipefail

packages=(g++ cmake ninja-build ccache openssl python3 libcurl4-openssl-dev libssl-dev libsqlite3-dev libfccp-dev
          rapidjson-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libcpp-httplib-dev doctest-dev "$@")
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "these packages are missing, and there is no sudo: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
