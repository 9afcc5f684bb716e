package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Requests;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A stream whose bytes are taken by hand. */
class HandPort implements Port {
  private final Rooms rooms;
  private final HandTurns loop;
  private final Wire wire;
  private final Outbound outbound;
  private final Cursor place;

  /** What its connection does when there is something to take. */
  Runnable onGive = () -> {};

  HandPort(Rooms rooms, HandTurns loop, Wire wire) {
    this.rooms = rooms;
    this.loop = loop;
    this.wire = wire;
    this.outbound = new Outbound(wire, StreamOptions.DEFAULT, loop);
    this.place = (Cursor) Rooms.place(this);
  }

  final HandPort joins(String room, @Nullable String token) {
    rooms.join(this, Requests.get(), room, Join.DEFAULT, token);
    return this;
  }

  final HandPort flows() {
    loop.turn();
    place.flow();
    return this;
  }

  /** Takes all there is, and shows it without the ids. */
  final String texts() {
    loop.turn();
    return withoutIds(takeAll());
  }

  /** Takes so many bytes, which there must be. */
  final String take(int bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(outbound.read(out::write, bytes)).isEqualTo(bytes);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Takes all there is, without what the loop has still to do. */
  final String takeAll() {
    StringBuilder all = new StringBuilder();
    for (long more = outbound.available(); more > 0; more = outbound.available()) {
      all.append(take((int) more));
    }
    return all.toString();
  }

  /** Events of {@link Wire#SSE} in one line. */
  static String withoutIds(String taken) {
    return taken.replaceAll("id: .*\n", "").replaceAll("\n+", " ").trim();
  }

  @Override
  public final Rooms rooms() {
    return rooms;
  }

  @Override
  public final Cursor place() {
    return place;
  }

  @Override
  public final HandTurns turns() {
    return loop;
  }

  @Override
  public final Wire wire() {
    return wire;
  }

  @Override
  public final Outbound outbound() {
    return outbound;
  }

  @Override
  public final void give() {
    onGive.run();
  }

  @Override
  public final void left() {}

  @Override
  public void broken(Throwable failure) {
    throw new AssertionError(failure);
  }

  @Override
  public final void completed() {
    outbound.end();
  }

  @Override
  public void overtaken() {
    outbound.end();
  }
}
