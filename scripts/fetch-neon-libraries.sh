#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks the 64-bit ARM packages that the kernels' tests are linked with into a folder, from this machine's own
# Debian mirrors and without installing anything:
#   scripts/fetch-neon-libraries.sh build/neon/sysroot
set -eu
packages="libhwy-dev libhwy1 librandom123-dev libfmt-dev libtbb-dev libtbb12"
mkdir -p "$1"
cd "$1"
[ "$(cat .packages 2>/dev/null)" != "$packages" ] || exit 0

# apt as it would be on the other architecture, with state of its own.
state=$PWD/apt
mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
touch "$state/status"
arm64_apt() {
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User="$(id -un)" \
    -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" "$@"
}
arm64_apt update
# shellcheck disable=SC2086
(cd "$state/debs" && arm64_apt download $packages)
for deb in "$state"/debs/*.deb; do dpkg-deb -x "$deb" .; done
rm -r "$state"
echo "$packages" > .packages
