package dev.millrace.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields and files of a form, as {@link Request#form} reads them. Everything has come when
 * there is one, so nothing here blocks but reading a file. Safe for use by several threads.
 */
public final class Form {
  private final Map<String, List<String>> texts;
  private final Map<String, List<Upload>> files;
  private final Set<String> names = new LinkedHashSet<>();

  private Form(Builder builder) {
    this.texts = builder.texts;
    this.files = builder.files;
    this.names.addAll(builder.names);
  }

  /** The first value of a field; empty when there is none, or when it is a file. */
  public Optional<String> text(String name) {
    return all(name).stream().findFirst();
  }

  /** All values of a field in order; files are not among them. */
  public List<String> all(String name) {
    return Collections.unmodifiableList(texts.getOrDefault(name, List.of()));
  }

  /** The first file of a field. A field in which the user has chosen none has none. */
  public Optional<Upload> file(String name) {
    return files(name).stream().findFirst();
  }

  /** All files of a field in order. */
  public List<Upload> files(String name) {
    return Collections.unmodifiableList(files.getOrDefault(name, List.of()));
  }

  /** The names of all fields, of text and of files, in the order of their first appearance. */
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  /** The names only: what users wrote does not belong in a log. */
  @Override
  public String toString() {
    return "Form" + names.stream().map(Syntax::printable).toList();
  }

  static final class Builder {
    private final Map<String, List<String>> texts = new LinkedHashMap<>();
    private final Map<String, List<Upload>> files = new LinkedHashMap<>();
    private final Set<String> names = new LinkedHashSet<>();

    void text(String name, String value) {
      names.add(name);
      texts.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
    }

    void file(Upload file) {
      names.add(file.name());
      files.computeIfAbsent(file.name(), key -> new ArrayList<>(1)).add(file);
    }

    /** A field that was sent with nothing chosen. */
    void empty(String name) {
      names.add(name);
    }

    Form build() {
      return new Form(this);
    }
  }
}
