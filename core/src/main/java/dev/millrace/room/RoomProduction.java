package dev.millrace.room;

import dev.millrace.cluster.Position;
import dev.millrace.http.HttpException;
import dev.millrace.json.JsonText;
import dev.millrace.room.Productions.Stage;
import dev.millrace.stream.Event;
import dev.millrace.stream.Turns;
import dev.millrace.time.Timeout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer behind one room. Its state only goes down the list of {@link State}, under a lock of
 * its own that is held for a few instructions, so whatever races, it starts once and ends once.
 *
 * <p>One timer serves all: for a first member while it waits, for nobody listening while it runs,
 * for being forgotten when it has ended. It is the home loop's. Whoever changes what it is for says
 * so under the lock and leaves a task there; a timer that fires before that task does nothing.
 */
final class RoomProduction implements Production {
  private static final Logger log = LoggerFactory.getLogger(RoomProduction.class);
  private static final byte[] NO_ERROR = {};
  private static final Duration LONGEST = Duration.ofDays(365);

  private enum State {
    WAITING,
    RUNNING,
    /** The producer has been interrupted and has not returned. */
    STOPPING,
    /** It has returned, or never will start; the end is being stored. */
    ENDING,
    ENDED
  }

  /** What it needs besides its room. */
  record Place(ThreadFactory threads, Turns home, Consumer<RoomProduction> forget) {}

  private final String room;
  private final Stage stage;
  private final Producer producer;
  private final ProducerOptions options;
  private final Place place;
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();

  /** Not this object: users have that. */
  private final Object lock = new Object();

  private State state = State.WAITING;
  private @Nullable Thread thread;
  private int sending;

  /** Whether the timer is to be set anew. */
  private boolean unset;

  private final Timeout timer =
      new Timeout() {
        @Override
        protected void expired() {
          due();
        }
      };

  RoomProduction(
      String room, Stage stage, Producer producer, ProducerOptions options, Place place) {
    this.room = room;
    this.stage = stage;
    this.producer = producer;
    this.options = options;
    this.place = place;
  }

  String room() {
    return room;
  }

  /** It can be found now by members that join. */
  void open() {
    setTimer(State.WAITING);
    if (stage.listeners() > 0) {
      start();
    }
  }

  @Override
  public Production start() {
    synchronized (lock) {
      if (state != State.WAITING) {
        return this;
      }
      state = State.RUNNING;
      unset = true;
      thread = place.threads().newThread(this::run);
      thread.start();
    }
    place.home().execute(this::setTimer);
    return this;
  }

  @Override
  public boolean isRunning() {
    synchronized (lock) {
      return thread != null && state != State.ENDED;
    }
  }

  @Override
  public void stop() {
    synchronized (lock) {
      interrupt();
    }
  }

  private void interrupt() {
    if (state == State.WAITING) {
      state = State.ENDING;
      place.threads().newThread(() -> end(Ending.STOPPED, error("stopped"))).start();
    } else if (state == State.RUNNING && thread != null) {
      state = State.STOPPING;
      thread.interrupt();
    }
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended.minimalCompletionStage();
  }

  /** A stream has left. */
  void left() {
    if (stage.listeners() == 0) {
      setTimer(State.RUNNING);
    }
  }

  // --- on its own thread ---

  private void run() {
    Throwable failure = null;
    try {
      producer.produce(new Guarded(stage.recipients()));
    } catch (Throwable t) {
      failure = t;
    }
    if (returned()) {
      log.debug("the producer of room \"{}\" was stopped", room, failure);
      end(Ending.STOPPED, error("stopped"));
    } else if (failure == null) {
      end(Ending.COMPLETED, NO_ERROR);
    } else {
      end(Ending.FAILED, error(sentence(failure)));
    }
  }

  /**
   * From here on nothing is sent and nobody interrupts.
   *
   * @return whether it had been stopped before
   */
  private boolean returned() {
    synchronized (lock) {
      boolean stopped = state == State.STOPPING;
      state = State.ENDING;
      // The interrupt was for the producer, and must not keep the end out of the log.
      Thread.interrupted();
      while (sending > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          log.debug("the producer of room \"{}\" interrupts its own end", room, e);
        }
      }
      return stopped;
    }
  }

  private String sentence(Throwable failure) {
    if (failure instanceof HttpException refusal && refusal.status() < 500) {
      return refusal.detail();
    }
    log.error("the producer of room \"{}\" failed", room, failure);
    return "internal error";
  }

  private static byte[] error(String sentence) {
    return ("{\"error\":" + JsonText.quote(sentence) + "}").getBytes(StandardCharsets.UTF_8);
  }

  private void end(Ending ending, byte[] error) {
    try {
      stage.end(error);
    } catch (Throwable t) {
      log.error("the end of the producer of room \"{}\" is not in the log", room, t);
    }
    synchronized (lock) {
      state = State.ENDED;
      unset = true;
    }
    place.home().execute(this::setTimer);
    ended.complete(ending);
  }

  // --- the timer ---

  /** Sets it anew, if the production is still in this state. */
  private void setTimer(State only) {
    synchronized (lock) {
      if (state != only || unset) {
        return; // A task that comes looks at what there is then.
      }
      unset = true;
    }
    place.home().execute(this::setTimer);
  }

  /** On the home loop. */
  private void setTimer() {
    State now;
    synchronized (lock) {
      unset = false;
      now = state;
    }
    Duration time =
        switch (now) {
          case WAITING, ENDED -> stage.age();
          case RUNNING -> stage.listeners() == 0 ? options.idle() : null;
          case STOPPING, ENDING -> null;
        };
    if (time == null) {
      place.home().timers().cancel(timer);
    } else {
      long nanos = (time.compareTo(LONGEST) < 0 ? time : LONGEST).toNanos();
      place.home().timers().schedule(timer, nanos);
    }
  }

  /** On the home loop. Who has joined and left meanwhile has asked for the timer to be set anew. */
  private void due() {
    State now;
    synchronized (lock) {
      if (unset) {
        return;
      }
      now = state;
    }
    if (now == State.ENDED) {
      place.forget().accept(this);
    } else if (now == State.WAITING || (now == State.RUNNING && stage.listeners() == 0)) {
      synchronized (lock) {
        if (state == now) {
          interrupt();
        }
      }
    }
  }

  @Override
  public String toString() {
    synchronized (lock) {
      return "Production[" + room + ", " + state + "]";
    }
  }

  /** Lets sends through for as long as the producer runs. */
  private final class Guarded implements Recipients {
    private final Recipients recipients;

    Guarded(Recipients recipients) {
      this.recipients = recipients;
    }

    @Override
    public Position send(@Nullable Object data) {
      return guard(() -> recipients.send(data));
    }

    @Override
    public Position send(String name, @Nullable Object data) {
      return guard(() -> recipients.send(name, data));
    }

    @Override
    public Position send(Event event) {
      return guard(() -> recipients.send(event));
    }

    private Position guard(Supplier<Position> send) {
      synchronized (lock) {
        if (state != State.RUNNING) {
          throw new IllegalStateException(
              "the producer of room \"%s\" has %s: it can send nothing more"
                  .formatted(room, state == State.STOPPING ? "been stopped" : "ended"));
        }
        sending++;
      }
      try {
        return send.get();
      } finally {
        synchronized (lock) {
          sending--;
          lock.notifyAll();
        }
      }
    }
  }
}
