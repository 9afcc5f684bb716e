package dev.millrace.test;

import dev.millrace.http.Headers;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/2 over TLS, by the JDK's own client: all requests share a connection. WebSockets have
 * connections of their own.
 */
final class Http2Client implements Client {
  private final Set<Http2Channel> channels = ConcurrentHashMap.newKeySet();
  private final Set<Http2Line> lines = ConcurrentHashMap.newKeySet();
  private final SSLContext tls = trustingAll();
  private final HttpClient client;
  private final int port;

  Http2Client(int port) {
    this.port = port;
    this.client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(tls).build();
  }

  @Override
  public Channel send(Wanted wanted, Transcript transcript) {
    byte[] body = wanted.body();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + wanted.target()))
            .method(
                wanted.method(),
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : publisher(body, wanted.sized()));
    wanted.headers().forEach(request::header);
    Http2Channel channel = new Http2Channel(transcript);
    channels.add(channel);
    CompletableFuture<HttpResponse<@Nullable Void>> response =
        client.sendAsync(request.build(), channel);
    channel.under(response);
    var _ = response.whenComplete((whole, failure) -> channels.remove(channel));
    return channel;
  }

  @Override
  public Line open(Wanted wanted, SocketTranscript transcript) {
    try {
      Http2Line line = new Http2Line(port, tls, transcript, lines::remove);
      lines.add(line);
      line.start(SocketHandshake.overHttp2(wanted));
      return line;
    } catch (IOException e) {
      throw new AssertionError("cannot connect to port " + port + ": " + e.getMessage(), e);
    }
  }

  private static HttpRequest.BodyPublisher publisher(byte[] body, boolean sized) {
    var publisher = HttpRequest.BodyPublishers.ofByteArray(body);
    return sized ? publisher : HttpRequest.BodyPublishers.fromPublisher(publisher);
  }

  @Override
  public void close() {
    channels.forEach(Http2Channel::close);
    lines.forEach(Http2Line::close);
    client.shutdownNow();
  }

  /** The server's certificate is made at its start: there is nothing to compare it with. */
  private static SSLContext trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** One request and its response. The next bytes are asked for when the last have been taken. */
  private static final class Http2Channel
      implements Channel,
          HttpResponse.BodyHandler<@Nullable Void>,
          HttpResponse.BodySubscriber<@Nullable Void> {
    private final CompletableFuture<@Nullable Void> body = new CompletableFuture<>();
    private final Transcript transcript;
    private @Nullable CompletableFuture<?> response;
    private Flow.@Nullable Subscription subscription;
    private final List<byte[]> held = new ArrayList<>();
    private boolean stalled;
    private boolean left;
    private boolean owing;
    private @Nullable Runnable end;

    Http2Channel(Transcript transcript) {
      this.transcript = transcript;
    }

    synchronized void under(CompletableFuture<?> future) {
      response = future;
      var _ =
          future.whenComplete((whole, failure) -> {
            if (failure != null) {
              transcript.cut("the request failed: " + failure.getMessage());
            }
          });
      if (left) {
        future.cancel(true);
      }
    }

    @Override
    public HttpResponse.BodySubscriber<@Nullable Void> apply(HttpResponse.ResponseInfo info) {
      List<String> fields = new ArrayList<>();
      info.headers()
          .map()
          .forEach((name, values) -> {
            // The JDK's client shows its pseudo-header too.
            if (!name.startsWith(":")) {
              for (String value : values) {
                fields.add(name);
                fields.add(value);
              }
            }
          });
      transcript.head(info.statusCode(), Headers.of(fields.toArray(String[]::new)));
      return this;
    }

    @Override
    public CompletableFuture<@Nullable Void> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      boolean cancel;
      synchronized (this) {
        subscription = given;
        cancel = left;
      }
      if (cancel) {
        given.cancel();
      } else {
        given.request(1);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      Flow.Subscription current;
      synchronized (this) {
        for (ByteBuffer buffer : buffers) {
          byte[] bytes = new byte[buffer.remaining()];
          buffer.get(bytes);
          held.add(bytes);
        }
        if (stalled) {
          owing = true;
          return;
        }
        flush();
        current = subscription;
      }
      if (current != null) {
        current.request(1);
      }
    }

    private void flush() {
      held.forEach(bytes -> transcript.bytes(bytes, 0, bytes.length));
      held.clear();
      if (end != null) {
        end.run();
      }
    }

    @Override
    public void onError(Throwable failure) {
      ended(() -> transcript.cut("the server ended the stream: " + failure.getMessage()));
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      ended(transcript::end);
      body.complete(null);
    }

    private synchronized void ended(Runnable what) {
      end = what;
      if (!stalled) {
        flush();
      }
    }

    @Override
    public synchronized void stall() {
      stalled = true;
    }

    @Override
    public void resume() {
      Flow.Subscription current = null;
      synchronized (this) {
        stalled = false;
        flush();
        if (owing) {
          owing = false;
          current = subscription;
        }
      }
      if (current != null) {
        current.request(1);
      }
    }

    @Override
    public void close() {
      transcript.cut("the client closed the stream");
      Flow.Subscription current;
      CompletableFuture<?> future;
      synchronized (this) {
        left = true;
        current = subscription;
        future = response;
      }
      if (current != null) {
        current.cancel();
      } else if (future != null) {
        future.cancel(true);
      }
    }

    @Override
    public void reset() {
      close();
    }
  }
}
