#!/usr/bin/env bash
# Usage: run.sh PACKAGE==VERSION … < a Python script. Installs the packages in a temporary folder and runs the script there,
# with `served.py` beside it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
cp "$(dirname "$0")/served.py" "$folder"
cat > "$folder/play.py"
"$folder/venv/bin/python" -W ignore "$folder/play.py"
