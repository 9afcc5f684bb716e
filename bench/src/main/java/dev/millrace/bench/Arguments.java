package dev.millrace.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A load tool's command line: options {@code --name value}, and the words that are none.
 *
 * @param options the values of each option in the order given
 * @param words everything else, in the order given
 */
record Arguments(Map<String, List<String>> options, List<String> words) {

  static Arguments parse(List<String> line) {
    Map<String, List<String>> options = new HashMap<>();
    List<String> words = new ArrayList<>();
    for (int at = 0; at < line.size(); at++) {
      String word = line.get(at);
      if (!word.startsWith("--")) {
        words.add(word);
      } else if (++at < line.size()) {
        options.computeIfAbsent(word, name -> new ArrayList<>()).add(line.get(at));
      } else {
        throw new IllegalArgumentException("%s: its value is missing".formatted(word));
      }
    }
    return new Arguments(options, words);
  }

  List<Target> targets() {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("no target (expected: [NAME:PID@]URL, one or more)");
    }
    return words.stream().map(Target::parse).toList();
  }

  String text(String option, String otherwise) {
    return options.getOrDefault(option, List.of(otherwise)).getLast();
  }

  int number(String option, int otherwise) {
    return Integer.parseInt(text(option, Integer.toString(otherwise)));
  }

  /** Every value of an option that is written {@code NAME=NUMBER}. */
  Map<String, Double> numbersByName(String option) {
    Map<String, Double> numbers = new HashMap<>();
    textsByName(option).forEach((name, text) -> numbers.put(name, Double.parseDouble(text)));
    return numbers;
  }

  /** Every value of an option that is written {@code NAME=TEXT}. */
  Map<String, String> textsByName(String option) {
    Map<String, String> texts = new HashMap<>();
    for (String value : options.getOrDefault(option, List.of())) {
      int equals = value.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("%s %s (expected: NAME=VALUE)".formatted(option, value));
      }
      texts.put(value.substring(0, equals), value.substring(equals + 1));
    }
    return texts;
  }
}
