#!/usr/bin/env bash
# hostctl in one go, as any user: installs what is missing, builds, starts a hostd
# in its sandbox (simulated network and grandmaster, virtual clock: nothing of this
# machine is touched), turns PTP on and waits until the clock is in control.
#
#   service/quickstart.sh           cleans up after itself
#   service/quickstart.sh --keep    leaves the sandbox running for you to try
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

deadline_s=120
keep=false
case "${1:-}" in
  '') ;;
  --keep) keep=true ;;
  *)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    [[ $1 == -h || $1 == --help ]] && exit 0
    exit 2
    ;;
esac

# A checkout of somebody else's is built beside it, not in it.
build=build/dev
if [[ ! -w . ]]; then
  build=${XDG_CACHE_HOME:-$HOME/.cache}/hostctl/build
fi
sandbox=$(mktemp -d -t hostctl-sandbox.XXXXXX)
socket=$sandbox/hostd.sock
hostd_pid=

hostctl() {
  "$build/bin/hostctl" --socket "$socket" "$@"
}

# Shows a command as one would type it, then runs it.
show() {
  printf '\n$ %s\n' "$*"
  "$@"
}

say() {
  printf '%s\n' "$*" >&2
}

clean_up() {
  local status=$?
  trap - EXIT
  if [[ -n $hostd_pid ]]; then
    # In its sandbox, hostd ends its engine when it ends.
    kill "$hostd_pid" 2>/dev/null || true
    wait "$hostd_pid" 2>/dev/null || true
  fi
  rm -rf "$sandbox"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
  say
  say "quickstart: $1"
  if [[ -s $sandbox/hostd.log ]]; then
    say "what hostd said last:"
    tail -n 20 "$sandbox/hostd.log" >&2
  fi
  exit 1
}

# Whether standard output is somebody's terminal: then progress is one line, updated.
on_terminal() {
  [[ -t 1 ]]
}

progress() {
  if on_terminal; then
    printf '\r\033[K%s' "$1"
  else
    printf '%s\n' "$1"
  fi
}

# field NAME  of the status report in JSON on standard input (numbers and words)
field() {
  sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1
}

wait_for_lock() {
  local started=$SECONDS last='' stats state calibrated line
  while ((SECONDS - started < deadline_s)); do
    kill -0 "$hostd_pid" 2>/dev/null || fail "hostd ended"
    if stats=$(hostctl --formatter=json system ptp stats get 2>&1); then
      state=$(field port_state <<<"$stats")
      calibrated=$(field clock_calibrated <<<"$stats")
      line="$state: $(field state_reason <<<"$stats")"
      if [[ $calibrated == true ]]; then
        progress "$state, calibrated after $((SECONDS - started)) s"
        if on_terminal; then echo; fi
        return 0
      fi
    else
      line=${stats%%$'\n'*}
    fi
    if on_terminal || [[ $line != "$last" ]]; then
      progress "$((SECONDS - started)) s  $line"
    fi
    last=$line
    sleep 0.5
  done
  fail "no lock within $deadline_s s; last seen: $last"
}

say "1. What it is built from"
service/packaging/install-dependencies.sh --build

say "2. Building hostd, hostctl and ptpd (a few minutes the first time)"
# Without the tests, which need more packages, and as a unity build, which is quicker from
# nothing; a folder configured before stays as it is.
fresh=()
[[ -e $build/CMakeCache.txt ]] || fresh=(-DBUILD_TESTING=OFF -DCMAKE_UNITY_BUILD=ON)
cmake --preset dev -B "$build" ${fresh[@]+"${fresh[@]}"} >/dev/null
cmake --build "$build" --target hostd hostctl ptpd

say "3. Starting hostd in its sandbox, $sandbox"
"$build/bin/hostd" --sandbox --sandbox-dir "$sandbox" --socket "$socket" \
  >"$sandbox/hostd.log" 2>&1 &
hostd_pid=$!
for ((tries = 0; tries < 100; ++tries)); do
  hostctl system ptp get >/dev/null 2>&1 && break
  kill -0 "$hostd_pid" 2>/dev/null || fail "hostd did not start"
  sleep 0.1
done

say "4. PTP on, and wait for lock"
show hostctl system ptp set --enable --interface vmk0 || fail "PTP could not be enabled"
wait_for_lock
show hostctl system ptp stats get

cat <<END

That was a simulated grandmaster. On a real host, as root, with the clock of the machine:

  $build/bin/hostd &
  $build/bin/hostctl system ptp set --enable --interface eth0
  $build/bin/hostctl system ptp stats get

More: $build/bin/hostctl --help, README.md, and proto/hostctl/v1/ptp.proto for automation.
END

if $keep; then
  printf '\nThe sandbox runs until you press Ctrl-C. In another terminal:\n\n  %s\n' \
    "$(realpath "$build")/bin/hostctl --socket $socket system ptp stats get"
  wait "$hostd_pid"
fi
