# What the scripts of this directory share. Source this file.
#
# It sets JAVA25 (a JDK 25) and, by `ensure_built`, CLASS_PATH. With BENCH_CLASSPATH set that class
# path is taken as it is and nothing is built, to measure another build than the working tree's.
BENCH_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
ROOT_DIR="$(dirname "$BENCH_DIR")"

# shellcheck source=../config/jdk.sh
. "$ROOT_DIR/config/jdk.sh" || exit 1
# shellcheck source=../config/build.sh
. "$ROOT_DIR/config/build.sh"

# Builds if a source has changed.
ensure_built() {
  if [ -n "${BENCH_CLASSPATH:-}" ]; then
    CLASS_PATH="$BENCH_CLASSPATH"
    return
  fi
  (cd "$ROOT_DIR" && build_fast bench)
  CLASS_PATH="$BENCH_DIR/target/fast/lib/*"
}

# Every connection is a file: take what the system lets one process have.
raise_file_limit() {
  ulimit -n "$(ulimit -Hn)"
}
