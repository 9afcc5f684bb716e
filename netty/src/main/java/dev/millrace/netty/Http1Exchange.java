package dev.millrace.netty;

import dev.millrace.engine.BodyPipe;
import dev.millrace.engine.Exchange;
import dev.millrace.engine.ExchangeListener;
import dev.millrace.engine.Loop;
import dev.millrace.engine.SocketInput;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.RequestHead;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Feed;
import dev.millrace.stream.Outbound;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request on an HTTP/1.1 connection and the response to it. Streams leave chunked (RFC 9112,
 * section 7.1): whatever has gathered is one chunk.
 */
final class Http1Exchange implements Exchange, DirectBatch.Reader, Runnable {
  private static final int MAX_CHUNK = 32 * 1024;

  /** A longer body is not copied at once for a reader that may be slow. */
  private static final int MAX_COPY = 64 * 1024;

  private final Http1Connection connection;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final @Nullable BodyPipe body;
  private final boolean http10;
  private boolean keepAlive;
  private boolean requestWhole;
  private boolean done;
  private boolean transferring;

  /** Past which rooms are given what is theirs; {@code null} where that cannot be. */
  private @Nullable Socket direct;

  private @Nullable DirectBatch batches;

  /** All that was written here has left: {@link #direct} may be used. */
  private boolean clear;

  private boolean cut; // a message, whose rest waits in the channel

  /** As in {@link TurnShare}, without an object that an idle stream would hold. */
  private int share = TurnShare.BYTES;

  private Http1Framing framing = Http1Framing.LENGTH;
  private @Nullable ExchangeListener listener;
  private @Nullable Outbound outbound;
  private @Nullable Http1Socket socket;

  /**
   * Reads from the head how the body is framed.
   *
   * @throws HttpException 417 for an expectation that is not 100-continue
   */
  Http1Exchange(Http1Connection connection, RequestHead head) {
    this.connection = connection;
    Headers headers = head.headers();
    this.http10 = head.protocol().equals("HTTP/1.0");
    this.keepAlive =
        !Http1Head.hasOption(headers, "close")
            && (!http10 || Http1Head.hasOption(headers, "keep-alive"));
    boolean expectsContinue = Http1Head.awaitsContinue(headers) && !http10;
    boolean chunked = headers.contains("Transfer-Encoding");
    long declared = headers.first("Content-Length").map(Long::parseLong).orElse(chunked ? -1L : 0L);
    this.body =
        declared == 0 ? null : new BodyPipe(new Http1BodyDemand(this, connection, expectsContinue));
  }

  void listener(ExchangeListener newListener) {
    this.listener = newListener;
  }

  @Nullable BodyPipe body() {
    return body;
  }

  boolean isRequestWhole() {
    return requestWhole;
  }

  void requestWhole() {
    requestWhole = true;
  }

  boolean isDone() {
    return done;
  }

  boolean isStreaming() {
    return outbound != null;
  }

  boolean keepsAlive() {
    return keepAlive;
  }

  void closeAfter() {
    keepAlive = false;
  }

  // --- the response ---

  @Override
  public Loop loop() {
    return connection.loop();
  }

  @Override
  public Channel channel() {
    return connection.channel();
  }

  @Override
  public void respond(int status, Headers headers, byte[] content) {
    if (content.length > MAX_COPY) {
      stream(status, headers, Outbound.whole(content, connection.loop().time()));
    } else {
      loop().execute(() -> writeWhole(status, headers, content));
    }
  }

  private void writeWhole(int status, Headers headers, byte[] content) {
    if (done) {
      return;
    }
    done = true;
    if (!requestWhole) {
      keepAlive = false;
    }
    ByteBuf out = channel().alloc().ioBuffer(256 + headers.size() * 48 + content.length);
    writeHead(out, status, headers, false);
    out.writeBytes(content);
    channel().writeAndFlush(out, channel().voidPromise());
    connection.flushed();
    connection.finished(this);
  }

  @Override
  public void stream(int status, Headers headers, Outbound newBody) {
    loop().execute(() -> start(status, headers, newBody));
  }

  private void start(int status, Headers headers, Outbound newBody) {
    if (done) {
      return;
    }
    outbound = newBody;
    framing = Http1Framing.of(headers, http10);
    if (framing != Http1Framing.LENGTH) {
      live();
    }
    if (framing == Http1Framing.NONE || (framing == Http1Framing.LENGTH && !requestWhole)) {
      keepAlive = false;
    }
    ByteBuf out = channel().alloc().ioBuffer(256 + headers.size() * 48);
    writeHead(out, status, headers, true);
    channel().write(out, channel().voidPromise());
    write();
    // Whatever there was to write: the head has to leave.
    flush();
    if (!done && requestWhole) {
      connection.settle();
    }
  }

  private void live() {
    Unsent.bound(channel());
    direct = DirectBatch.socket(channel(), connection.isSecure());
    batches = connection.loop().direct();
  }

  private void flush() {
    channel().flush();
    connection.flushed();
  }

  @Override
  public boolean transfer(int status, Headers headers, FileChannel file, long from, long length) {
    if (connection.isSecure()) {
      return false;
    }
    loop()
        .execute(() -> {
          if (done) {
            FileTransfer.close(file);
            return;
          }
          done = true;
          keepAlive &= requestWhole;
          ByteBuf out = channel().alloc().ioBuffer(256 + headers.size() * 48);
          writeHead(out, status, headers, false);
          channel().write(out, channel().voidPromise());
          transferring = true;
          new FileTransfer(channel(), this, file, from, length).next();
        });
    return true;
  }

  void nextTurn(Runnable task) {
    connection.loop().nextTurn(task);
  }

  /** A piece of the file is on its way. */
  void sending() {
    connection.flushed();
  }

  /** The file has been sent. */
  void transferred() {
    if (transferring) {
      transferring = false;
      connection.finished(this);
    }
  }

  @Override
  public void upgrade(Headers headers, Outbound newBody, SocketInput input) {
    loop().execute(() -> open(headers, newBody, input));
  }

  private void open(Headers headers, Outbound newBody, SocketInput input) {
    if (done) {
      return;
    }
    outbound = newBody;
    framing = Http1Framing.NONE;
    keepAlive = false;
    Http1Socket opened = new Http1Socket(channel(), connection.loop(), this, input);
    socket = opened;
    connection.become(opened);
    live();
    ByteBuf out = channel().alloc().ioBuffer(256 + headers.size() * 48);
    Http1ResponseHead.switching(out, headers);
    channel().write(out, channel().voidPromise());
    write();
    flush();
    connection.opened(opened);
  }

  @Override
  public void readMore() {
    Http1Socket open = socket;
    if (open != null && connection.loop().inLoop()) {
      open.readMore();
    } else {
      loop().execute(this::readOn);
    }
  }

  private void readOn() {
    if (socket != null) {
      socket.readMore();
    }
  }

  @Override
  public void wake() {
    if (!woken.get() && woken.compareAndSet(false, true)) {
      Http1Socket open = socket;
      if (open == null || !open.looksAgain()) {
        loop().execute(this);
      }
    }
  }

  @Override
  public int fetch() {
    return (outbound == null ? 0 : outbound.fetch()) + (direct == null ? 0 : direct.intValue());
  }

  @Override
  public void look() {
    drain();
  }

  /** Whether the body has something that nobody has looked for yet. */
  boolean isWoken() {
    return woken.get();
  }

  /** Woken: the body has something. */
  @Override
  public void run() {
    woken.set(false);
    drain();
  }

  void drain() {
    if (outbound != null && !done && write()) {
      flush();
    }
  }

  /** Writes what has gathered, as far as the socket keeps up and the turn's share goes. */
  private boolean write() {
    Outbound from = outbound;
    if (from == null) {
      return false;
    }
    boolean written = false;
    while (share > 0 && (clear || channel().isWritable())) {
      Feed feed = direct == null ? null : from.direct();
      if (feed == null ? !from.hasSome() : cut) {
        break;
      }
      if (feed != null && fan(feed)) {
        continue;
      }
      int length = (int) Math.min(from.available(), MAX_CHUNK);
      if (length == 0) {
        break;
      }
      writeChunk(from, length);
      written = true;
      share -= TurnShare.cost(from, length);
      if (share <= 0) {
        nextTurn(this::goOn);
      }
    }
    // What was cut may have left at once, and all the rest behind it.
    if (!done && from.isFinished()) {
      finish();
      return true;
    }
    return written;
  }

  /**
   * Offers messages of rooms to the socket itself. Only the rest of one that was cut is kept.
   *
   * @return whether there was something that can go this way
   */
  private boolean fan(Feed feed) {
    clear = clear || DirectBatch.isFree(channel());
    boolean framed = framing == Http1Framing.CHUNKED;
    Socket socket = clear ? direct : null;
    int taken = Objects.requireNonNull(batches).offer(socket, feed, framed, this);
    if (taken < 0) {
      return false;
    }
    share -= Math.max(1, taken);
    if (share <= 0) {
      nextTurn(this::goOn);
    }
    if (cut) {
      connection.flushed();
    }
    return true;
  }

  @Override
  public void hasBegun() {
    cut = true;
    clear = false;
  }

  @Override
  public void hasLeft() {
    cut = false;
    drain();
  }

  private void goOn() {
    share = TurnShare.BYTES;
    drain();
  }

  private void writeChunk(Outbound from, int length) {
    clear = false;
    ByteBuf out = channel().alloc().ioBuffer(length + Http1Framing.CHUNK);
    framing.begin(out, length);
    connection.loop().sink().read(from, out, length);
    framing.end(out);
    channel().write(out, channel().voidPromise());
  }

  private void finish() {
    done = true;
    channel().write(framing.last(), channel().voidPromise());
    flush();
    connection.finished(this);
  }

  private void writeHead(ByteBuf out, int status, Headers headers, boolean streamed) {
    Http1ResponseHead.write(out, status, headers);
    Http1ResponseHead.field(out, "Date", connection.loop().date());
    if (streamed && framing == Http1Framing.CHUNKED) {
      Http1ResponseHead.field(out, "Transfer-Encoding", "chunked");
    }
    Http1ResponseHead.connection(
        out, keepAlive ? streamed || http10 ? "keep-alive" : "" : "close", headers);
    Http1ResponseHead.end(out);
  }

  @Override
  public void abort() {
    loop()
        .execute(() -> {
          if (!done || transferring) {
            done = true;
            channel().close();
          }
        });
  }

  // --- the end ---

  void tellFinished() {
    if (body != null) {
      body.fail();
    }
    if (listener != null) {
      listener.finished();
    }
  }

  void gone(CloseReason.Kind why) {
    // First, so that what the handler throws for want of the body is known to be no fault.
    if ((!done || transferring) && listener != null) {
      listener.gone(why);
    }
    done = true;
    transferring = false;
    if (body != null) {
      body.fail();
    }
  }

  void shutdown() {
    keepAlive = false;
    if (!done && listener != null) {
      listener.shutdown();
    }
  }
}
