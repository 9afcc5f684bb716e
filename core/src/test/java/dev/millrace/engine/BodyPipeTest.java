package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.HttpException;
import dev.millrace.http.Limits;
import dev.millrace.time.TimeSource;
import org.junit.jupiter.api.Test;

/** A request's body on its way to the handler: what stops it is counted, once. */
class BodyPipeTest {
  private static final BodyPipe.Demand NOBODY =
      new BodyPipe.Demand() {
        @Override
        public void wanted() {}

        @Override
        public void consumed(int bytes) {}
      };

  private final Counters counters = new Counters();

  private BodyPipe pipe() {
    BodyPipe pipe = new BodyPipe(NOBODY);
    pipe.watch(Limits.DEFAULT, TimeSource.system(), counters);
    return pipe;
  }

  private static void assertRefused(BodyPipe pipe, int status) {
    assertThatThrownBy(pipe::read)
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  @Test
  void aBodyThatIsLateIsCounted() {
    BodyPipe pipe = pipe();
    pipe.late();
    pipe.late();
    assertRefused(pipe, 408);
    assertThat(counters.limited(Limit.BODY_TIME)).isEqualTo(1);
  }

  @Test
  void whatBreaksTheProtocolIsNoLimit() {
    BodyPipe pipe = pipe();
    pipe.refuse(new HttpException(400, "not well formed"));
    assertRefused(pipe, 400);
    for (Limit limit : Limit.values()) {
      assertThat(counters.limited(limit)).as(limit.name()).isZero();
    }
  }
}
