package dev.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests a second over connections that are kept open, made by {@code wrk} or {@code h2load}.
 *
 * @param command the tool's command line, to which the URL is added
 * @param requests finds the number of requests in what the tool prints
 * @param perSecond finds the rate
 * @param failures is found when some requests were not answered well
 */
record HelloLoad(List<String> command, Pattern requests, Pattern perSecond, Pattern failures)
    implements Measurement {

  static HelloLoad of(Arguments arguments, boolean h2) {
    String seconds = arguments.text("--seconds", "5");
    return h2
        ? h2load(seconds, arguments.text("--connections", "8"), arguments.text("--streams", "32"))
        : wrk(seconds, arguments.text("--connections", "64"));
  }

  private static HelloLoad wrk(String seconds, String connections) {
    return new HelloLoad(
        List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s"),
        Pattern.compile("(\\d+) requests in"),
        Pattern.compile("Requests/sec: +([\\d.]+)"),
        Pattern.compile("Non-2xx or 3xx responses.*|Socket errors.*"));
  }

  private static HelloLoad h2load(String seconds, String connections, String streams) {
    return new HelloLoad(
        List.of("h2load", "-t1", "-c" + connections, "-m" + streams, "-D" + seconds),
        Pattern.compile("requests: (\\d+) total"),
        Pattern.compile("finished in [^,]+, ([\\d.]+) req/s"),
        Pattern.compile("[1-9]\\d* (failed|errored|timeout|4xx|5xx).*"));
  }

  @Override
  public Result measure(Target target) {
    List<String> line = new ArrayList<>(command);
    line.add(target.uri().toString());
    String output = String.join("\n", Tool.run(line));
    if (failures.matcher(output).find()) {
      throw new IllegalStateException("not every request was answered well:\n" + output);
    }
    double count = Double.parseDouble(find(requests, output));
    return new Result((long) count, count / Double.parseDouble(find(perSecond, output)));
  }

  private static String find(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("\"%s\" is not in:%n%s".formatted(pattern, output));
    }
    return matcher.group(1);
  }
}
