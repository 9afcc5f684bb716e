# Finds a JDK 25 or newer. Source this file: it sets and exports JAVA25 (the java binary) and
# JAVA25_HOME. When no such JDK is there, it says what to install and returns 1.
#
# Looked at, in this order: JAVA_HOME, java on the PATH, the places where packages, SDKMAN and macOS
# put JDKs. Of several JDKs in one place the lowest version from 25 on is taken.

# Prints the feature version ("25") of the JDK whose home is $1; nothing when there is none.
# A `release` file is in every JDK and is much faster to read than starting a JVM.
jdk_version() {
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1
  else
    "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9][0-9]*\).*/\1/p' | head -n 1
  fi
}

jdk_is_25() {
  local version
  version="$(jdk_version "$1")"
  [ -n "$version" ] && [ "$version" -ge 25 ]
}

# Prints the home of the JDK to which the `java` on the PATH belongs, links followed.
jdk_on_path() {
  local java target
  java="$(command -v java 2>/dev/null)" || return 0
  while [ -L "$java" ]; do
    target="$(readlink "$java")"
    case "$target" in
      /*) java="$target" ;;
      *) java="$(dirname "$java")/$target" ;;
    esac
  done
  (cd "$(dirname "$java")/.." 2>/dev/null && pwd -P) || return 0
}

# Prints the homes where JDKs are usually installed, one a line.
jdk_places() {
  local home
  for home in /usr/lib/jvm/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* /opt/jdk* /opt/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -x "$home/bin/javac" ]; then printf '%s\n' "$home"; fi
  done
  if [ -x /usr/libexec/java_home ]; then /usr/libexec/java_home -v 25+ 2>/dev/null || true; fi
}

# Prints the home of the JDK to use; fails when there is none.
jdk_find() {
  local home version best='' best_version=''
  for home in "${JAVA_HOME:-}" "$(jdk_on_path)"; do
    if [ -n "$home" ] && jdk_is_25 "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  while IFS= read -r home; do
    version="$(jdk_version "$home")"
    if [ -n "$version" ] && [ "$version" -ge 25 ]; then
      if [ -z "$best" ] || [ "$version" -lt "$best_version" ]; then
        best="$home"
        best_version="$version"
      fi
    fi
  done < <(jdk_places)
  [ -n "$best" ] && printf '%s\n' "$best"
}

if JAVA25_HOME="$(jdk_find)"; then
  JAVA25="$JAVA25_HOME/bin/java"
  export JAVA25 JAVA25_HOME
else
  cat >&2 <<'MESSAGE'
Millrace needs a JDK 25 and found none (looked at JAVA_HOME, PATH, /usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt, macOS).
Install one of these and try again:
  Debian, Ubuntu   apt-get install openjdk-25-jdk-headless
                   (older releases: Eclipse Temurin's package temurin-25-jdk, https://adoptium.net/installation/linux/)
  macOS            brew install openjdk@25
  any              sdk install java 25-tem   (https://sdkman.io)
or set JAVA_HOME to a JDK 25 that you have. The default java may stay older.
MESSAGE
  # `return` leaves a sourced file; a script with `set -e` stops here.
  return 1
fi
