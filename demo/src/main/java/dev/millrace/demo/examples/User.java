package dev.millrace.demo.examples;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** Somebody made up, the same each time for the same number. */
record User(int id, String name, String email, String city, LocalDate joined, String motto) {
  private static final List<String> FIRST =
      List.of("Ada", "Grace", "Edsger", "Barbara", "Alan", "Frances", "Donald", "Jean", "Zoë");
  private static final List<String> LAST =
      List.of("Byron", "Hopper", "Dijkstra", "Liskov", "Turing", "Allen", "Knuth", "O’Neil");
  private static final List<String> CITIES =
      List.of("London", "New York, NY", "Rotterdam", "Köln", "São Paulo", "東京", "Nairobi");
  private static final List<String> MOTTOS =
      List.of(
          "",
          "Simplicity is a great virtue",
          "Measure, then cut",
          "They said \"it cannot be done\"",
          "Plain code; no magic");
  private static final LocalDate FOUNDED = LocalDate.of(2015, 1, 1);
  private static final int DAYS = 3650;

  static User of(int id) {
    String first = of(FIRST, id);
    String last = of(LAST, id / FIRST.size());
    String email = first.replace('ë', 'e') + "." + last.replace("’", "") + id + "@example.org";
    return new User(
        id,
        first + " " + last,
        email.toLowerCase(Locale.ROOT),
        of(CITIES, id * 31),
        FOUNDED.plusDays(id * 17L % DAYS),
        of(MOTTOS, id * 7));
  }

  private static String of(List<String> values, int number) {
    return values.get(number % values.size());
  }
}
