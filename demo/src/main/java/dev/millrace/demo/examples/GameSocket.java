package dev.millrace.demo.examples;

import static java.time.Duration.ofSeconds;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.SocketOptions;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Many small messages: where the pointer is, and whether it has caught the ball. */
final class GameSocket implements Shown {

  // <ws-game>
  record Pointer(double x, double y) {}

  record Ball(double x, double y) {}

  record Seen(double x, double y, Ball ball, int hits, Instant time) {}

  // </ws-game>

  private static final double REACH = 0.08;

  @Override
  public Example about() {
    return Example.socket(
        GameSocket.class,
        "ws-game",
        "Catch the ball",
        "Each move of the pointer comes back with the time and the ball. A socket’s messages run"
            + " one at a time, so its state needs no lock. Here 100 a second may come, 50"
            + " elsewhere; who sends more is closed with 1008.",
        "/ws/game",
        "socket-game");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-game>
    var fast = SocketOptions.DEFAULT.rate(100, ofSeconds(1));
    routes.ws("/ws/game", this::play, fast);
    // </ws-game>
  }

  // <ws-game>
  private void play(LiveSocket socket) {
    var game = new Game();
    socket.onMessage(message -> {
      socket.send(game.move(message.json(Pointer.class)));
      if (game.hits == 10) {
        socket.close(4100, "ten hits: you have won");
      }
    });
  }

  private static final class Game {
    private Ball ball = anywhere();
    private int hits;

    Seen move(Pointer to) {
      if (isNear(to, ball)) {
        hits++;
        ball = anywhere();
      }
      return new Seen(to.x(), to.y(), ball, hits, Instant.now());
    }
  }

  // </ws-game>

  private static boolean isNear(Pointer pointer, Ball ball) {
    return Math.hypot(pointer.x() - ball.x(), pointer.y() - ball.y()) < REACH;
  }

  private static Ball anywhere() {
    var random = ThreadLocalRandom.current();
    return new Ball(random.nextInt(10, 90) / 100.0, random.nextInt(10, 90) / 100.0);
  }
}
