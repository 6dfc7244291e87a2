#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-install.sh CMAKE BUILD COMPILER: installs the build, moves the prefix, and builds and runs a program against it from
# another folder: by find_package, and by pkg-config. Every public header must be found there.
set -eu
cmake=$1
build=$2
compiler=$3
source=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset SPINFLOW_SHARE_DIR

"$cmake" --install "$build" --prefix "$folder/first" >install.log || { cat install.log; exit 1; }
mv first prefix

echo "every header is in spinflow.hpp, and reads in the opposite order too"
(cd prefix/include && find spinflow -mindepth 2 -name '*.hpp') | sort >headers.txt
sed -n 's/^#include "\(.*\)"$/\1/p' prefix/include/spinflow/spinflow.hpp | sort >listed.txt
diff headers.txt listed.txt
sort -r headers.txt | sed 's/.*/#include "&"/' >reversed.cpp
"$compiler" -std=c++20 -Wall -Wextra -Werror -fsyntax-only -I prefix/include reversed.cpp

echo "find_package"
"$cmake" -S "$source" -B consumer -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Release >configure.log ||
  { cat configure.log; exit 1; }
"$cmake" --build consumer >build.log || { cat build.log; exit 1; }
consumer/consumer | tee by_cmake.txt

if command -v pkg-config >/dev/null; then
  echo "pkg-config"
  PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name spinflow.pc)")
  export PKG_CONFIG_PATH
  # shellcheck disable=SC2046
  "$compiler" -std=c++20 "$source/main.cpp" $(pkg-config --cflags --libs spinflow) -o by_pkg_config
  ./by_pkg_config | diff by_cmake.txt -
  pkg-config --libs --static spinflow | grep -q -- -lspinflow
fi

echo "the program finds what it needs where it stands"
prefix/bin/spinflow doctor --json | grep -q "\"$folder/prefix/share/spinflow\""
