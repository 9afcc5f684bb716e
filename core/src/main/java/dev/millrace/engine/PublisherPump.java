package dev.millrace.engine;

import dev.millrace.stream.Event;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends the items of a publisher. Items are requested a few at a time, and only while the reader
 * keeps up, so the publisher's threads never wait and no thread is held between items.
 */
final class PublisherPump implements Flow.Subscriber<Object>, AutoCloseable {
  private static final int BATCH = 16;

  private final StreamSession out;
  private final AtomicBoolean done = new AtomicBoolean();
  private Flow.@Nullable Subscription subscription;
  private int outstanding;

  PublisherPump(StreamSession out) {
    this.out = out;
  }

  void subscribe(Flow.Publisher<?> publisher) {
    out.attach(this);
    publisher.subscribe(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    boolean wanted;
    synchronized (this) {
      wanted = subscription == null && !done.get();
      if (wanted) {
        subscription = given;
        outstanding = BATCH;
      }
    }
    if (wanted) {
      given.request(BATCH);
    } else {
      given.cancel();
    }
  }

  @Override
  public void onNext(Object item) {
    if (done.get()) {
      return;
    }
    try {
      out.push(item instanceof Event event ? event : Event.of(item));
    } catch (RuntimeException e) {
      close();
      out.failed(e);
      return;
    }
    boolean exhausted;
    synchronized (this) {
      exhausted = --outstanding == 0;
    }
    if (exhausted && !out.outbound().whenRoom(this::requestLater)) {
      requestMore();
    }
  }

  /** On the loop, where the publisher's code must not run. */
  private void requestLater() {
    out.lifecycle().mailbox().submit(this::requestMore);
  }

  private void requestMore() {
    Flow.Subscription current;
    synchronized (this) {
      current = subscription;
      outstanding = BATCH;
    }
    if (current != null && !done.get()) {
      try {
        current.request(BATCH);
      } catch (RuntimeException e) {
        out.failed(e);
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (done.compareAndSet(false, true)) {
      out.failed(failure);
    }
  }

  @Override
  public void onComplete() {
    if (done.compareAndSet(false, true)) {
      out.detached(this);
    }
  }

  /** The stream has ended. */
  @Override
  public void close() {
    if (done.compareAndSet(false, true)) {
      Flow.Subscription current;
      synchronized (this) {
        current = subscription;
      }
      if (current != null) {
        current.cancel();
      }
    }
  }
}
