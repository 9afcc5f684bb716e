import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Listener;
import dev.millrace.engine.Tls;
import dev.millrace.stream.SocketOptions;
import dev.millrace.websocket.Deflate;
import java.io.IOException;
import java.time.Duration;

/**
 * The server that clients.test.js talks to: echoes without a limit of their number. Run from this
 * one file, on the class path of the demo; ends when its standard input does.
 */
final class ClientsServer {
  private ClientsServer() {}

  public static void main(String[] args) throws IOException {
    SocketOptions plain =
        SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)).maxPayload(32 << 20);
    Deflate context = Deflate.ON.minBytes(0).serverContext(true).clientContext(true);
    Millrace app = Millrace.create();
    echo(app, "/echo", plain);
    echo(app, "/deflate", plain.deflate(Deflate.ON.minBytes(0)));
    echo(app, "/context", plain.deflate(context));
    echo(app, "/small", plain.deflate(context.serverBits(9).clientBits(9)));
    echo(app, "/chat", plain.subprotocols("chat.v2", "chat.v1"));
    app.ws(
        "/close",
        socket -> socket.onMessage(message -> socket.close(4321, message.text())),
        plain);
    app.ws(
        "/ping",
        socket -> {
          socket.onPong(payload -> socket.send(new String(payload)));
          socket.onMessage(message -> socket.ping(message.bytes()));
        },
        plain);
    app.ws(
        "/broken",
        socket ->
            socket.onMessage(
                message -> {
                  throw new IllegalStateException("nobody is to read this");
                }),
        plain);
    app.ws("/limited", socket -> socket.onMessage(socket::send), plain.maxPayload(1000));
    app.ws(
        "/flood",
        socket -> {
          byte[] noise = new byte[1 << 20];
          new java.util.Random(1).nextBytes(noise);
          for (int i = 0; i < 16; i++) {
            socket.send(dev.millrace.stream.Message.of(noise));
          }
          socket.onMessage(socket::send);
        },
        plain);
    ServerOptions options =
        ServerOptions.DEFAULT
            .listen(new Listener("127.0.0.1", 0, null))
            .listen(new Listener("127.0.0.1", 0, Tls.selfSigned()));
    Server server = app.start(options.stopOnExit(false));
    System.out.println("ports " + server.ports());
    int command = System.in.read();
    while (command >= 0) {
      if (command == '?') {
        var status = server.status();
        System.out.println(
            "left "
                + (status.sockets() + status.streams() + status.timers() + status.virtualThreads()));
      }
      command = System.in.read();
    }
    System.exit(0);
  }

  private static void echo(Millrace app, String path, SocketOptions options) {
    app.ws(path, socket -> socket.onMessage(socket::send), options);
  }
}
