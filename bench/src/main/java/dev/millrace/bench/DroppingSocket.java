package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A TCP connection to this machine whose bytes the system throws away when told so, which Java's
 * own sockets cannot: {@code recv} with {@code MSG_TRUNC} (Linux, tcp(7)). A client that reads a
 * gigabyte copies it, and is then slower than a server that does not.
 */
@SuppressWarnings("restricted") // bench/load allows native access
final class DroppingSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;
  private static final int MSG_PEEK = 0x2;
  private static final int MSG_TRUNC = 0x20;
  private static final int HEAD = 8192;

  private static final MethodHandle SOCKET =
      function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final MethodHandle CONNECT =
      function("connect", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle SEND = transfer("send");
  private static final MethodHandle RECV = transfer("recv");
  private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(HEAD);
  private final int descriptor;

  private DroppingSocket() throws IOException {
    descriptor = (int) call(SOCKET, AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0) {
      throw new IOException("no socket");
    }
  }

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  private static MethodHandle transfer(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
  }

  private static Object call(MethodHandle function, Object... arguments) throws IOException {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IOException("a system call failed", e);
    }
  }

  /** Connects to a port of 127.0.0.1. */
  static DroppingSocket connect(int port) throws IOException {
    DroppingSocket socket = new DroppingSocket();
    // struct sockaddr_in: the family in the machine's order, port and address in the network's.
    MemorySegment address = socket.arena.allocate(16);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    address.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
    address.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
    address.set(ValueLayout.JAVA_BYTE, 4, (byte) 127);
    address.set(ValueLayout.JAVA_BYTE, 7, (byte) 1);
    if ((int) call(CONNECT, socket.descriptor, address, 16) != 0) {
      socket.close();
      throw new IOException("cannot connect to port %d".formatted(port));
    }
    return socket;
  }

  /** Sends a request, reads the head of the response, and leaves its body to come. */
  Http1Response ask(byte[] request) throws IOException {
    MemorySegment.copy(request, 0, buffer, ValueLayout.JAVA_BYTE, 0, request.length);
    moved(SEND, request.length, 0);
    String text;
    int end;
    do {
      int length = (int) moved(RECV, HEAD, MSG_PEEK);
      text = new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), ISO_8859_1);
      end = text.indexOf("\r\n\r\n") + 4;
    } while (end < 4);
    moved(RECV, end, 0);
    return Http1Response.of(text.substring(0, end));
  }

  /** Waits for bytes and drops them, as many as there are but no more than {@code most}. */
  long drop(long most) throws IOException {
    return moved(RECV, most, MSG_TRUNC);
  }

  private long moved(MethodHandle function, long length, int flags) throws IOException {
    long moved = (long) call(function, descriptor, buffer, length, flags);
    if (moved <= 0) {
      throw new EOFException("the server closed the connection");
    }
    return moved;
  }

  @Override
  public void close() throws IOException {
    call(CLOSE, descriptor);
    arena.close();
  }
}
