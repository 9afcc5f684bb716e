/**
 * The engine on Netty. One type is public, {@link dev.millrace.netty.NettyTransport}, and it is
 * found by itself.
 *
 * <p>The way of a request: {@code Pipeline} puts a protocol on a new connection; {@code
 * Http1Connection} or {@code Http2Connection} reads requests and hands each to the dispatcher with
 * an {@code Http1Exchange} or {@code Http2Exchange} to answer on. All of this runs on the
 * connection's event loop.
 */
@NullMarked
package dev.millrace.netty;

import org.jspecify.annotations.NullMarked;
