#!/usr/bin/env bash
# The package, as it is used: built from two clones at different places (the same bytes), hardened, installed on a clean
# Debian 12 with its dependencies, the demo run from it, removed. Needs root, or sudo, and a Debian mirror.
# Packs what is committed. --keep FOLDER: the package is left there.
set -euo pipefail
cd "$(dirname "$0")/../.."

keep=
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) keep=$(realpath "$2"); shift 2 ;;
    *) echo "usage: tests/package/run.sh [--keep FOLDER]" >&2; exit 2 ;;
  esac
done

packages=(debootstrap devscripts dpkg-dev git python3-yaml)
# Debian's npm conflicts with a nodejs from elsewhere, which brings its own.
command -v npm >/dev/null || packages+=(nodejs npm)
tests/install_packages.sh "${packages[@]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
# Not /tmp: it may forbid device files.
work=$(mktemp -d "${USAGE_PACKAGE_WORK:-/var/tmp}/usage-package.XXXXXX")
root=$work/debian
cleanup() {
  for place in proc dev; do "${as_root[@]}" umount "$root/$place" 2>/dev/null || true; done
  "${as_root[@]}" rm -rf --one-file-system "$work"
}
trap cleanup EXIT
step() { echo "== $*"; }
fail() { echo "tests/package/run.sh: $*" >&2; exit 1; }

step "the CronJob and the pod for work by hand against Kubernetes' schema"
mkdir "$work/schema"
npm install --prefix "$work/schema" --silent --no-audit --no-fund kubernetes-models@4.5.1
cp tests/package/kubernetes.mjs "$work/schema/"
for manifest in config/kubernetes/*.yaml; do
  python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' "$manifest" |
    node "$work/schema/kubernetes.mjs"
done

step "the same bytes from two clones at different places"
made=()
for place in one another/place; do
  git clone -q "$PWD" "$work/$place"
  # The second one compiles everything itself, and is made at another time, by another umask.
  if [ "$place" = one ]; then launcher=ccache mask=022; else launcher= mask=077; fi
  (umask "$mask"
   CCACHE_BASEDIR=$work/$place CCACHE_NOHASHDIR=1 cmake -S "$work/$place" -B "$work/$place/build" -G Ninja \
     -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER_LAUNCHER=$launcher >/dev/null
   CCACHE_BASEDIR=$work/$place CCACHE_NOHASHDIR=1 cmake --build "$work/$place/build" >/dev/null
   cpack --config "$work/$place/build/CPackConfig.cmake" -B "$work/$place/build" >/dev/null)
  made+=("$(ls "$work/$place/build"/usage-uploader_*.deb)")
done
if ! cmp "${made[0]}" "${made[1]}"; then
  for n in 0 1; do dpkg-deb --raw-extract "${made[$n]}" "$work/differs$n"; done
  diff -r "$work/differs0" "$work/differs1" || true
  fail "the two packages differ"
fi
package=${made[1]}
sha256sum "$package" | sed "s|$work/||"
dpkg-deb --field "$package" Package Version Architecture Depends

step "hardening"
dpkg-deb --extract "$package" "$work/unpacked"
# Not its test of control flow integrity: the linker takes the mark away, since Debian 12's C start files have none. The
# instructions are there.
hardening-check --nocfprotection "$work"/unpacked/usr/bin/* || fail "hardening-check finds a program without its protections"
if [ "$(dpkg --print-architecture)" = amd64 ]; then
  for program in "$work"/unpacked/usr/bin/*; do
    [ "$(objdump -d "$program" | grep -c endbr64)" -gt 500 ] || fail "$program was compiled without -fcf-protection"
  done
fi

step "modes and owners"
dpkg-deb --contents "$package" >"$work/contents"
if grep -v ' root/root ' "$work/contents"; then fail "files of others than root"; fi
if awk '{print $1}' "$work/contents" | grep -vE '^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--)$'; then fail "unexpected modes"; fi

step "a clean Debian 12"
"${as_root[@]}" debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" || fail "debootstrap: $(tail -3 "$work/debootstrap.log")"
inside() { "${as_root[@]}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
"${as_root[@]}" mount --bind /dev "$root/dev"
"${as_root[@]}" mount -t proc proc "$root/proc"
"${as_root[@]}" cp /etc/resolv.conf "$root/etc/resolv.conf"
"${as_root[@]}" cp "$package" "$root/tmp/usage-uploader.deb"

step "install"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends man-db >"$work/apt.log" 2>&1 || fail "apt-get: $(tail -3 "$work/apt.log")"
inside apt-get install -y -qq --no-install-recommends /tmp/usage-uploader.deb >"$work/apt.log" 2>&1 || fail "apt-get: $(tail -3 "$work/apt.log")"
inside usage-uploader --version
inside usage-sandbox --version
inside man -w usage-uploader usage-sandbox
[ "$(inside stat -c '%U %a' /var/lib/usage-uploader)" = "usage-uploader 700" ] || fail "the state folder's owner or mode"
if inside sh -c 'ls /etc/systemd/system/*/usage-uploader* 2>/dev/null'; then fail "a unit is enabled"; fi
inside dpkg --verify usage-uploader

step "the demo, from the package, as a user"
inside useradd --create-home clerk
inside su clerk -c 'cd && /usr/share/usage-uploader/sample_data/demo.sh' >"$work/demo.log" 2>&1 || fail "the demo: $(tail -20 "$work/demo.log")"
grep -q '^result files: ' "$work/demo.log" || fail "the demo printed no result files"
tail -8 "$work/demo.log"

step "the service's user makes the ledger"
inside su -s /bin/sh usage-uploader -c 'usage-uploader init --ledger /var/lib/usage-uploader/ledger.db' >/dev/null

step "remove and purge"
inside apt-get purge -y -qq usage-uploader >"$work/apt.log" 2>&1 || fail "apt-get purge: $(tail -3 "$work/apt.log")"
inside find / -xdev '(' -path /proc -o -path /dev -o -path /tmp -o -path /home -o -path /var/lib/usage-uploader ')' -prune -o \
  '(' -name '*usage-uploader*' -o -name '*usage-sandbox*' ')' -print >"$work/left"
if [ -s "$work/left" ]; then fail "left behind: $(cat "$work/left")"; fi
"${as_root[@]}" test -f "$root/var/lib/usage-uploader/ledger.db" || fail "purging the package took the ledger"

if [ -n "$keep" ]; then cp "$package" "$keep/"; fi
step "the package holds"
