package dev.millrace.bench;

import java.io.IOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The rows of an export, {@code id,name,email,amount}: one code for a response and for a file. */
final class CsvRows implements Iterator<String> {
  static final int DEFAULT_ROWS = 1_000_000;

  private final int rows;
  private int made;

  CsvRows(int rows) {
    this.rows = rows;
  }

  static String row(int id) {
    return id
        + ",Customer "
        + id % 10_007
        + ",customer"
        + id
        + "@example.com,"
        + id % 997
        + '.'
        + (10 + id % 90)
        + '\n';
  }

  /** Writes all of them, as a user would. */
  static void write(Writer out, int rows) throws IOException {
    for (int id = 1; id <= rows; id++) {
      out.write(row(id));
    }
    out.flush();
  }

  @Override
  public boolean hasNext() {
    return made < rows;
  }

  @Override
  public String next() {
    if (made >= rows) {
      throw new NoSuchElementException("row " + (made + 1));
    }
    return row(++made);
  }
}
