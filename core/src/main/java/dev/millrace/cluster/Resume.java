package dev.millrace.cluster;

import java.util.List;

/** What a reader of a room gets that has been away. */
public sealed interface Resume {

  /** All that is kept and comes behind the reader's position, in order. */
  List<Stored> entries();

  /**
   * Nothing is missing.
   *
   * @param entries all that the reader has missed
   */
  record Resumed(List<Stored> entries) implements Resume {}

  /**
   * Some are kept no more.
   *
   * @param from the reader's sequence
   * @param to that of the last message which is kept no more
   * @param entries what the reader has missed and can still have
   */
  record Gap(long from, long to, List<Stored> entries) implements Resume {}
}
