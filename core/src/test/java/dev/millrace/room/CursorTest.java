package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cluster.Position;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Event;
import dev.millrace.stream.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream is given of its rooms, step by step. {@link RoomModelTest} does it all at once. */
class CursorTest {
  private final HandTurns loop = new HandTurns();
  private final Rooms rooms = new Rooms();
  private final HandPort reader = reads(Wire.SSE);

  @BeforeEach
  void start() {
    rooms.start(JsonCodec.standard(), loop, loop);
  }

  private HandPort reads(Wire wire) {
    return new HandPort(rooms, loop, wire);
  }

  private Position send(String room, String text) {
    return rooms.room(room).send(text);
  }

  @Test
  void aRoomThatSamplesGoesOnBehindWhatHasGoneAlsoBesideOthers() {
    rooms.options("few", RoomOptions.DEFAULT.keep(2).slowReaders(SlowReaders.sample(1000)));
    reader.joins("few", null).joins("others", null).flows().texts();
    send("few", "1");
    send("others", "a");
    for (int i = 2; i <= 5; i++) {
      send("few", "" + i);
      loop.pass(Duration.ofMillis(5));
    }
    send("others", "b");
    assertThat(reader.texts()).isEqualTo("data: a data: 4 data: 5 data: b");
  }

  @Test
  void aPositionOfARoomThatNobodyHearsIsNoneFromTheFuture() {
    reader.joins("heard", null).flows().texts();
    Position rendered = send("unheard", "1");
    HandPort page = reads(Wire.SSE).joins("heard", rendered.toString()).flows();
    assertThat(page.take((int) page.outbound().available())).isEqualTo("id: " + rendered + "\n\n");
    send("heard", "2");
    assertThat(page.texts()).isEqualTo("data: 2");
  }

  @Test
  void whatWasSaidToBeAvailableComesEvenIfTheStreamEndsMeanwhile() {
    for (Wire wire : new Wire[] {Wire.SSE, Wire.NDJSON, Wire.JSON_ARRAY, Wire.WEBSOCKET}) {
      HandPort one = reads(wire).joins("room", null).flows();
      one.texts();
      send("room", "x".repeat(20_000));
      int promised = (int) one.outbound().available();
      one.outbound().push(new Event("\"direct\"", null, null, null, null));
      one.outbound().end();
      String first = one.take(promised - 7);
      assertThat(first).contains("x".repeat(10_000)).doesNotContain("direct", "]");
      assertThat(one.take((int) one.outbound().available())).startsWith("x").contains("direct");
      assertThat(one.outbound().isFinished()).isTrue();
    }
  }

  @Test
  void nothingIsGivenBehindAGapThatCannotBeToldAnyMore() {
    rooms.options("short", RoomOptions.DEFAULT.keep(1));
    reader.joins("short", null).joins("others", null).flows().texts();
    send("short", "1");
    send("short", "2");
    send("short", "3");
    send("others", "a");
    reader.outbound().end();
    // As when it ends while the loop asks for what there is.
    assertThat(reader.place().batch()).isNull();
    assertThat(reader.place().available()).isZero();
  }

  @Test
  void whatIsSentWhileReadersAreServedWakesThemAnew() {
    reader.joins("room", null).flows().texts();
    StringBuilder given = new StringBuilder();
    reader.onGive =
        () -> {
          given.append(HandPort.withoutIds(reader.takeAll()));
          if (given.length() < 10) {
            send("room", "2");
          }
        };
    send("room", "1");
    loop.turn();
    assertThat(given).hasToString("data: 1data: 2");
  }

  @Test
  void whatHasNotBegunToBeGivenIsLeftWhenTheStreamEnds() {
    reader.joins("room", null).flows().texts();
    send("room", "1");
    assertThat(reader.outbound().available()).isPositive();
    reader.outbound().end();
    assertThat(reader.outbound().available()).isZero();
    assertThat(reader.outbound().isFinished()).isTrue();
  }

  /** Of what a route broadcasts to, nothing is looked at before something has come there. */
  @Test
  void whateverComesFirstRoomAndRouteAreGivenInOneOrder() {
    HandPort other = reads(Wire.SSE);
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      HandPort member = reads(Wire.SSE);
      String room = "room" + seed;
      String route = "/route" + seed;
      List<String> expected = new ArrayList<>();
      List<String> given = new ArrayList<>();
      boolean inRoom = false;
      boolean inRoute = false;
      int sent = 0;
      for (int step = 0; step < 30; step++) {
        switch (random.nextInt(8)) {
          case 0 -> {
            if (!inRoom) {
              member.joins(room, null);
              inRoom = true;
            }
          }
          case 1 -> {
            if (!inRoute) {
              rooms.joinRoute(member, route);
              inRoute = true;
            }
          }
          case 2 -> member.flows();
          case 3 -> loop.turn();
          case 4 -> {
            given.addAll(dataOf(member.texts()));
            if (inRoom && inRoute && given.equals(expected) && random.nextInt(3) == 0) {
              member.place().leave(room);
              inRoom = false;
            }
          }
          case 5, 6 -> {
            send(room, "" + ++sent);
            if (inRoom) {
              expected.add("" + sent);
            }
          }
          default -> {
            rooms.route(other, route).send("" + ++sent);
            if (inRoute) {
              expected.add("" + sent);
            }
          }
        }
      }
      given.addAll(dataOf(member.flows().texts()));
      assertThat(given).as("seed %d", seed).isEqualTo(expected);
      member.place().close();
    }
  }

  private static List<String> dataOf(String texts) {
    return texts.isEmpty() ? List.of() : List.of(texts.substring(6).split(" data: "));
  }
}
