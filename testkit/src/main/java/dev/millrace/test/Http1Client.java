package dev.millrace.test;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Speaks HTTP/1.1 over bare sockets, a new one for each request, so that it decides how it ends.
 */
final class Http1Client implements Client {
  private final Set<Http1Channel> channels = ConcurrentHashMap.newKeySet();
  private final int port;

  Http1Client(int port) {
    this.port = port;
  }

  @Override
  public Channel send(Wanted wanted, Transcript transcript) {
    return start(wanted, transcript);
  }

  @Override
  public Line open(Wanted wanted, SocketTranscript transcript) {
    return start(SocketHandshake.overHttp1(wanted), transcript);
  }

  private Http1Channel start(Wanted wanted, Transcript transcript) {
    try {
      Http1Channel channel = new Http1Channel(port, transcript, channels::remove);
      channels.add(channel);
      channel.start(wanted);
      return channel;
    } catch (IOException e) {
      throw new AssertionError("cannot connect to port " + port + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    channels.forEach(Http1Channel::close);
  }
}
