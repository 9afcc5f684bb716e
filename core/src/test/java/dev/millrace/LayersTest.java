package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of layers in ARCHITECTURE.md, enforced. Needs no port. */
class LayersTest {
  private static final String ROOT = "dev.millrace";

  private static final Map<String, Integer> LAYERS =
      Map.ofEntries(
          Map.entry(ROOT + ".time", 0),
          Map.entry(ROOT + ".json", 0),
          Map.entry(ROOT + ".http", 1),
          Map.entry(ROOT + ".cluster", 1),
          Map.entry(ROOT + ".websocket", 1),
          Map.entry(ROOT + ".stream", 2),
          Map.entry(ROOT + ".security", 2),
          Map.entry(ROOT + ".route", 3),
          Map.entry(ROOT + ".room", 3),
          Map.entry(ROOT + ".engine", 4),
          Map.entry(ROOT, 5));

  /** The one edge that goes up: a response may be a stream, while a stream has a request. */
  private static final Map<String, Set<String>> EXCEPTIONS =
      Map.of(
          ROOT + ".http.Response",
          Set.of(
              ROOT + ".stream.StreamHandler",
              ROOT + ".stream.StreamOptions",
              ROOT + ".stream.SocketHandler",
              ROOT + ".stream.SocketOptions",
              ROOT + ".stream.SocketSource"),
          ROOT + ".http.Body$Stream",
          Set.of(ROOT + ".stream.StreamOptions", ROOT + ".stream.SocketOptions"),
          ROOT + ".http.Outcome",
          Set.of(ROOT + ".stream.CloseReason", ROOT + ".stream.CloseReason$Kind"),
          ROOT + ".http.AccessLog",
          Set.of(ROOT + ".stream.CloseReason", ROOT + ".stream.CloseReason$Kind"),
          ROOT + ".stream.LiveStream",
          Set.of(ROOT + ".room.Audience", ROOT + ".room.Join", ROOT + ".room.Membership"),
          ROOT + ".http.RequestId$Traced",
          Set.of(ROOT + ".stream.StreamHandler", ROOT + ".stream.LiveStream"));

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("test-classes"))
          .importPackages(ROOT);

  @Test
  void lowerLayersNeverUseHigherOnes() {
    List<String> upward =
        classes.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(LayersTest::goesUp)
            .map(Dependency::getDescription)
            .toList();
    assertThat(upward).isEmpty();
  }

  @Test
  void everyPackageHasALayer() {
    assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(LAYERS).containsKey(name));
  }

  @Test
  void theCoreKnowsNoNetty() {
    assertThat(
            classes.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .filter(name -> name.startsWith("io.netty")))
        .isEmpty();
  }

  private static boolean goesUp(Dependency dependency) {
    Integer from = LAYERS.get(dependency.getOriginClass().getPackageName());
    Integer to = LAYERS.get(dependency.getTargetClass().getBaseComponentType().getPackageName());
    if (from == null || to == null || to <= from) {
      return false;
    }
    Set<String> allowed = EXCEPTIONS.getOrDefault(dependency.getOriginClass().getName(), Set.of());
    return !allowed.contains(dependency.getTargetClass().getName());
  }
}
