#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests through ctest.
#
#   tests/run.sh              unit tests, then the lab
#   tests/run.sh --unit       only unit tests (no root, no network)
#   tests/run.sh --lab        only the lab: real peers in network namespaces (root)
#   tests/run.sh --sanitize   unit tests under address+undefined and thread sanitizers
#   tests/run.sh --fuzz [N]   every fuzz target for N seconds (60), see tests/fuzz/run
#   tests/run.sh --vm         the story on a real clock, in a virtual machine (root; 5 minutes)
#   tests/run.sh --all [N]    all of these, fuzz targets for N seconds (10): what continuous
#                             integration runs
#   tests/run.sh --bench      prints the benchmarks
#
# The last line is the summary of ctest, of all that ran.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

jobs=$(nproc)
declare -a summaries=()
building=  # process group of what is built in the background

# build PRESET [TARGET...]
build() {
  local preset=$1 fresh=()
  shift
  # From nothing a unity build is the quicker one. An existing tree stays what it is.
  [[ -e build/$preset/CMakeCache.txt ]] || fresh=(-DCMAKE_UNITY_BUILD=ON)
  cmake --preset "$preset" -DBUILD_TESTING=ON ${fresh[@]+"${fresh[@]}"} >/dev/null
  cmake --build --preset "$preset" --parallel "$jobs" ${1+--target "$@"}
}

# test_with PRESET [ctest option...]  remembers the summary for the end
test_with() {
  local preset=$1 log status=0
  shift
  log=build/$preset/ctest.log
  rm -rf "build/$preset/interop"  # the matrix is that of this run
  ctest --preset "$preset" --parallel "$jobs" --no-tests=error "$@" 2>&1 | tee "$log" || status=$?
  local summary
  summary=$(grep -E '^[0-9]+% tests passed' "$log") || summary="ctest did not finish (status $status)"
  summaries+=("$preset: $summary")
  # What the lab measured, in the words of the tests.
  sed -n 's/^figure: /measured: /p' "build/$preset/Testing/Temporary/LastTest.log"
  if [[ -e build/$preset/interop/matrix.txt ]]; then
    cat "build/$preset/interop/matrix.txt"
  fi
  return "$status"
}

# Tests of the lab skip themselves; say once, in plain words, what they lack.
explain_lab() {
  if [[ $(id -u) != 0 ]]; then
    echo "lab tests are skipped: they need root (network namespaces); run: sudo tests/run.sh --lab"
  elif ! unshare --net true 2>/dev/null; then
    echo "lab tests are skipped: this machine does not allow network namespaces"
  fi
}

finish() {
  local status=$?
  [[ -z $building ]] || kill -- "-$building" 2>/dev/null || true
  if ((${#summaries[@]})); then
    echo
    explain_lab
    printf '%s\n' "${summaries[@]}"
    ((${#summaries[@]} == 1)) || echo
    # As ctest says it, of all builds together.
    printf '%s\n' "${summaries[@]}" | awk '
      /tests passed/ { failed += $5; all += $NF }
      !/tests passed/ { unfinished = unfinished ", " $0 }
      END {
        passed = all == 0 ? 0 : int(100 * (all - failed) / all)
        printf "%d%% tests passed, %d tests failed out of %d%s\n", passed, failed, all, unfinished
      }'
  fi
  exit "$status"
}

run_tests() {
  service/packaging/install-dependencies.sh --test
  build dev
  test_with dev --label-exclude vm "$@"
}

sanitizers=(asan tsan)

test_sanitized() {
  local preset status=0
  for preset in "${sanitizers[@]}"; do
    test_with "$preset" --label-regex unit || status=$?
  done
  return "$status"
}

run_sanitized() {
  service/packaging/install-dependencies.sh --test
  local preset
  for preset in "${sanitizers[@]}"; do
    build "$preset" unit_tests
  done
  test_sanitized
}

# The lab mostly waits. What it leaves of the processors builds the trees of the sanitizers,
# without taking anything from it.
run_all() {
  local status=0 preset
  service/packaging/install-dependencies.sh --test
  build dev
  test_with dev --label-regex unit || status=$?
  set -m  # a process group, which can be ended as a whole
  {
    chrt --idle --pid 0 "$BASHPID"
    for preset in "${sanitizers[@]}"; do
      build "$preset" unit_tests
    done
  } >build/sanitizers.log 2>&1 &
  building=$!
  set +m
  test_with dev --label-regex lab || status=$?
  if wait "$building"; then
    building=
    test_sanitized || status=$?
    if ! tests/fuzz/run --preset asan --seconds "${1:-10}"; then
      summaries+=("fuzzing: a target failed, see above")
      status=1
    fi
  else
    tail -n 50 build/sanitizers.log
    summaries+=("sanitizers: the build failed, see build/sanitizers.log")
    status=1
  fi
  test_with dev --label-regex vm --verbose || status=$?
  return "$status"
}

run_fuzz() {
  service/packaging/install-dependencies.sh --test
  tests/fuzz/run --seconds "${1:-60}"
}

run_benchmarks() {
  service/packaging/install-dependencies.sh --test
  build dev
  local status=0
  tests/bench/accuracy --build build/dev --svg build/dev/accuracy || status=$?
  tests/bench/bench --build build/dev || status=$?
  tests/bench/unicast_scale --build build/dev || status=$?
  return "$status"
}

run_machine() {
  service/packaging/install-dependencies.sh --test
  build dev
  test_with dev --label-regex vm --verbose
}

trap finish EXIT
case "${1:-}" in
  '') run_tests ;;
  --unit) run_tests --label-regex unit ;;
  --lab) run_tests --label-regex lab ;;
  --sanitize) run_sanitized ;;
  --fuzz) run_fuzz "${2:-}" ;;
  --all) run_all "${2:-}" ;;
  --bench) run_benchmarks ;;
  --vm) run_machine ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
