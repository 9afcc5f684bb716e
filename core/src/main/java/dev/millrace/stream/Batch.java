package dev.millrace.stream;

/**
 * Events of a {@link Feed}, one after the other, as bytes of one wire. The same object for all
 * readers that are at the same place, so that what a transport makes of it can be shared too.
 * Immutable, but for what encoders leave here.
 */
public interface Batch {

  /** How many events there are; at least one. */
  int size();

  /**
   * The bytes of one; not to be changed.
   *
   * @param index from 0
   */
  byte[] event(int index);

  /** How many bytes they have together. */
  int length();

  /** What it is when it is encoded, for those who come next. On the loop. */
  Codings codings();
}
