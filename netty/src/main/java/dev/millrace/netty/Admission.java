package dev.millrace.netty;

import dev.millrace.engine.Limit;
import dev.millrace.http.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections, in all and from each address. A client that has IPv6 has at least 2^64
 * addresses, so there the first 64 bits are counted as one. The table holds only addresses that are
 * connected now, and none where the limit for one address can never be reached.
 */
final class Admission {
  private final int most;
  private final int mostPerAddress;
  private final AtomicInteger connections = new AtomicInteger();
  private final ConcurrentHashMap<Long, Integer> perAddress = new ConcurrentHashMap<>();

  Admission(Limits limits) {
    this.most = limits.connections();
    this.mostPerAddress = limits.connectionsPerAddress();
  }

  /**
   * Counts a connection that has been made.
   *
   * @return the limit that it is over, and then it is not counted; {@code null} when it may stay,
   *     and then {@link #left} must follow
   */
  @Nullable Limit admit(SocketAddress remote) {
    if (connections.incrementAndGet() > most) {
      connections.decrementAndGet();
      return Limit.CONNECTIONS;
    }
    Long key = key(remote);
    if (key != null && perAddress.merge(key, 1, Integer::sum) > mostPerAddress) {
      left(remote);
      return Limit.CONNECTIONS_PER_ADDRESS;
    }
    return null;
  }

  /** A connection that was admitted has closed. */
  void left(SocketAddress remote) {
    connections.decrementAndGet();
    Long key = key(remote);
    if (key != null) {
      perAddress.computeIfPresent(key, (address, count) -> count == 1 ? null : count - 1);
    }
  }

  /** How many addresses are connected; 0 where they are not counted. */
  int addresses() {
    return perAddress.size();
  }

  private @Nullable Long key(SocketAddress remote) {
    return mostPerAddress < most && remote instanceof InetSocketAddress address
        ? key(address.getAddress())
        : null;
  }

  /** IPv4 addresses are all below 2^32, where no network of IPv6 is in use. */
  static long key(InetAddress address) {
    byte[] bytes = address.getAddress();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length == 4) {
      return buffer.getInt() & 0xffff_ffffL;
    }
    boolean mapped = buffer.getLong(0) == 0 && buffer.getInt(8) == 0xffff;
    return mapped ? buffer.getInt(12) & 0xffff_ffffL : buffer.getLong(0);
  }
}
