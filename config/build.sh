# The build of ./run and of the benchmark servers. Source this file after config/jdk.sh, in the root
# of the project.

# build_fast MODULE: builds the module ("demo", "bench") and what it needs, without tests and checks,
# and only when something changed. Its class path is then MODULE/target/fast/lib/*
# Who comes while another one builds waits for that, where the system has flock.
build_fast() {
  mkdir -p target
  (
    if command -v flock >/dev/null; then flock 9; fi
    build_if_changed "$1"
  ) 9>target/.build-lock
}

build_if_changed() {
  local module="$1" stamp="$1/target/fast/built" inputs=(pom.xml) input
  for input in core netty "$module"; do
    inputs+=("$input/pom.xml")
    if [ -d "$input/src/main" ]; then inputs+=("$input/src/main"); fi
  done
  # Directories are looked at too: their time changes when a file is deleted.
  if [ -f "$stamp" ] && [ -z "$(find "${inputs[@]}" -newer "$stamp" -print 2>/dev/null | head -n 1)" ]; then
    return 0
  fi
  echo "Building $module ..." >&2
  # A time before the build, so that what is saved during it is built the next time.
  mkdir -p "$module/target/fast"
  rm -f "$stamp"
  touch "$stamp.new"
  # Jars of an older version or dependency must not stay on the class path.
  rm -rf "$module/target/fast/lib"
  if ! JAVA_HOME="$JAVA25_HOME" ./mvnw -q -B -ntp -Dfast -DskipTests -pl "$module" -am package >&2; then
    echo "The build of $module failed: see the messages above." >&2
    return 1
  fi
  mv "$stamp.new" "$stamp"
}
