# What the scripts of this directory share. Source this file.
#
# It sets JAVA25 (a JDK 25) and, by `ensure_built`, CLASS_PATH. With BENCH_CLASSPATH set that class
# path is taken as it is and nothing is built, to measure another build than the working tree's.
BENCH_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
ROOT_DIR="$(dirname "$BENCH_DIR")"
CLASS_PATH_FILE="$BENCH_DIR/target/classpath.txt"

# shellcheck source=../config/jdk.sh
source "$ROOT_DIR/config/jdk.sh" || exit 1

# Builds unless the last build is newer than every source. Two scripts may start at the same time.
ensure_built() {
  if [ -n "${BENCH_CLASSPATH:-}" ]; then
    CLASS_PATH="$BENCH_CLASSPATH"
    return
  fi
  if ! is_built; then
    mkdir -p "$BENCH_DIR/target"
    (
      flock 9
      is_built || build
    ) 9>"$BENCH_DIR/target/.lock"
  fi
  CLASS_PATH="$BENCH_DIR/target/classes:$(cat "$CLASS_PATH_FILE")"
}

is_built() {
  [ -s "$CLASS_PATH_FILE" ] && [ -z "$(newer_source)" ] && jars_exist
}

newer_source() {
  (
    cd "$ROOT_DIR"
    find pom.xml core netty bench -name target -prune -o -type f \
      \( -name '*.java' -o -name pom.xml -o -path '*/main/resources/*' \) \
      -newer "$CLASS_PATH_FILE" -print -quit
  )
}

# An emptied local repository or a moved working tree makes the file out of date as well.
jars_exist() {
  local jar jars
  IFS=: read -r -a jars <"$CLASS_PATH_FILE"
  for jar in "${jars[@]}"; do
    [ -e "$jar" ] || return 1
  done
}

# Maven's own output goes to stderr: stdout belongs to the tools.
build() {
  (
    cd "$ROOT_DIR"
    ./mvnw -q -Dfast -pl bench -am -DskipTests \
      -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=runtime \
      package org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath >&2
  ) || { rm -f "$CLASS_PATH_FILE"; echo "bench: the build failed, see above" >&2; return 1; }
  # The sources may have changed while Maven ran, so the file is not touched here.
}

# Every connection is a file: take what the system lets one process have.
raise_file_limit() {
  ulimit -n "$(ulimit -Hn)"
}
