#!/bin/sh
# Installs what the tests use beside Python, where this user may: mosquitto (system tests), Chromium and a Chinese font
# (browser tests). Where that is not possible it says what will be skipped; under CI=true that is a failure.
set -eu

missing=""
skipped=""

want() { # package, what is skipped without it
    missing="$missing $1"
    skipped="$skipped
  $1: $2"
}

has() { # any of these programs, also where a user's PATH does not look
    for program in "$@"; do
        PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$program" >/dev/null 2>&1 && return 0
    done
    return 1
}

has_chinese_font() {
    if has fc-list; then
        [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ]
    else
        [ -n "$(find /usr/share/fonts -iname '*CJK*' 2>/dev/null | head -n 1)" ]
    fi
}

has mosquitto || want mosquitto "most scenarios and the MQTT tests of the firmware are skipped, the rest uses the embedded broker"
has chromium chromium-browser google-chrome || want chromium "the browser tests are skipped"
has_chinese_font || want fonts-noto-cjk "pictures of pages show boxes for Chinese"

[ -n "$missing" ] || exit 0

give_up() { # why
    echo "install-system-packages: $1" >&2
    echo "Missing, and what that means for the tests:$skipped" >&2
    echo "On Debian or Ubuntu: sudo apt-get install --no-install-recommends$missing" >&2
    if [ "${CI:-}" = true ]; then exit 1; fi
    exit 0
}

has apt-get || give_up "no apt-get on this machine"
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif has sudo && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    give_up "neither root nor sudo without a password"
fi

echo "install-system-packages: installing$missing"
# shellcheck disable=SC2086  # the words of these variables are arguments
{
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 update --quiet --quiet &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
            install --yes --quiet --quiet --no-install-recommends $missing
} || give_up "apt-get did not succeed"
