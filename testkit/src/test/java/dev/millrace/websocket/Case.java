package dev.millrace.websocket;

import java.util.function.Consumer;

/**
 * A case of the table.
 *
 * @param name the standard's section, and what is sent
 * @param offer of extensions; empty for none
 * @param path of the server's route
 * @param big whether it takes much time or memory, and so runs only where it may fail otherwise
 * @param sent writes what is sent, anew for each run
 */
record Case(String name, String offer, String path, boolean big, Consumer<Script> sent) {

  static Case given(String name, Consumer<Script> sent) {
    return new Case(name, "", "/echo", false, sent);
  }

  /** One that is sound: it ends with a close frame. */
  static Case sound(String name, Consumer<Script> sent) {
    return given(name, sent.andThen(Script::close));
  }

  /** A sound one that is long. */
  static Case big(String name, Consumer<Script> sent) {
    return new Case(name, "", "/echo", true, sent.andThen(Script::close));
  }

  Case deflate(String offered, String echo) {
    return new Case(name, offered, echo, big, sent);
  }

  @Override
  public String toString() {
    return name;
  }
}
