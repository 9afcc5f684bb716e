# The JVM flags of every server that is measured here. Source this file; it sets JVM_FLAGS.
# One list for all, so that a difference between two servers is never one of their flags.
#
#   -Xms -Xmx                  A fixed heap: nothing grows or shrinks in the middle of a round. It is
#                              ample for what is measured, and small enough that waste would show.
#   -XX:+UseSerialGC           The servers run on one or two cores, where a collector's own threads
#                              take their time from the event loops. On one core the JVM chooses it
#                              by itself. With Parallel or G1 bare Netty's bursts took the same CPU,
#                              within the 10 % by which two starts of one server differ.
#   +UseCompactObjectHeaders   Final in JDK 25. An idle connection of bare Netty takes 1,144 B
#                              instead of 1,272 B, at the same speed within those 10 %.
#   --enable-native-access     For Netty's epoll library; the JVM warns without it.
#
# Left at the default, because bare Netty's bursts gained nothing beyond that noise: Netty's adaptive
# allocator (the pooled one was a little slower) and its use of Unsafe, which the JDK is about to take
# away (allowing it was a little faster).
#
# BENCH_FILE_MIB=1024 is the size of what /file answers, and BENCH_FILE where it lies: by default in
# /tmp (or TMPDIR), where it stays. The first request for it makes it.
#
# EVENT_LOOPS=2 sets the number of event loops of bare Netty (default: one for each core that may be
# used). Millrace has as many as the JVM sees cores: -XX:ActiveProcessorCount sets that.
# BENCH_JAVA_OPTS adds flags to one start, for a profiler or a trial.
BENCH_FILE_MIB="${BENCH_FILE_MIB:-1024}"
BENCH_FILE="${BENCH_FILE:-${TMPDIR:-/tmp}/millrace-bench-$BENCH_FILE_MIB-mib}"
JVM_FLAGS=(
  -Xms512m -Xmx512m
  -XX:+UseSerialGC
  -XX:+UseCompactObjectHeaders
  --enable-native-access=ALL-UNNAMED
  "-Dbench.file=$BENCH_FILE"
  "-Dbench.file.mib=$BENCH_FILE_MIB"
)
if [ -n "${EVENT_LOOPS:-}" ]; then
  JVM_FLAGS+=("-Dbench.loops=$EVENT_LOOPS")
fi
# Not quoted: it may hold several flags.
JVM_FLAGS+=(${BENCH_JAVA_OPTS:-})
