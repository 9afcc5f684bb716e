# The JVM flags of every server that is measured here. Source this file; it sets JVM_FLAGS.
# One list for all, so that a difference between two servers is never one of their flags.
#
#   -Xms -Xmx                  A fixed heap: nothing grows or shrinks in the middle of a round. It is
#                              ample for what is measured, and small enough that waste would show.
#   -XX:+UseSerialGC           The servers run on one or two cores, where a collector's own threads
#                              take their time from the event loops. On one core the JVM chooses it
#                              by itself. CPU per million events, bare Netty, one chunk an event:
#                              Serial 0.53 s, Parallel 0.53 s, G1 0.55 s.
#   +UseCompactObjectHeaders   Final in JDK 25. An idle connection of bare Netty takes 1,120 B
#                              instead of 1,250 B, and nothing became slower.
#   --enable-native-access     For Netty's epoll library; the JVM warns without it.
#
# Left at the default: Netty's allocator (the adaptive one; the pooled one took 10 % more CPU) and
# Unsafe (allowing it saves 5 % with bare Netty, but the JDK is about to take it away).
#
# EVENT_LOOPS=2 sets the number of event loops (default: one for each core that may be used).
# BENCH_JAVA_OPTS adds flags to one start, for a profiler or a trial.
JVM_FLAGS=(
  -Xms512m -Xmx512m
  -XX:+UseSerialGC
  -XX:+UseCompactObjectHeaders
  --enable-native-access=ALL-UNNAMED
)
if [ -n "${EVENT_LOOPS:-}" ]; then
  JVM_FLAGS+=("-Dbench.loops=$EVENT_LOOPS")
fi
# Not quoted: it may hold several flags.
JVM_FLAGS+=(${BENCH_JAVA_OPTS:-})
