#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes docs/commands.md from the program itself: scripts/generate-docs.sh PATH-TO-SPINFLOW
set -eu
cd "$(dirname "$0")/.."
spinflow=$1
page=docs/commands.md
export NO_COLOR=1
{
  echo "# Commands"
  echo
  echo "Written by \`make docs\` from the program's own help; do not edit."
  for command in "" run sample import "import rbm" export merge "train rbm" "train stack" "train classifier" "train dense" flow measure critical "analyze weights" "analyze likelihood" "analyze correlators" "analyze scaling" "analyze couplings" "analyze mcrg" "analyze rg" inspect report compare verify doctor models recipes cite completion; do
    echo
    echo "## \`spinflow${command:+ $command}\`"
    echo
    echo '```'
    # shellcheck disable=SC2086
    "$spinflow" $command --help
    echo '```'
  done
  for list in models recipes; do
    echo
    echo "## What \`spinflow $list\` prints"
    echo
    echo '```'
    "$spinflow" $list
    echo '```'
  done
} > "$page.new"
mv "$page.new" "$page"
echo "wrote $page"
