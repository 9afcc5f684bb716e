package dev.millrace.test;

/** Where a client's reader waits while it is stalled. */
final class Gate {
  private boolean shut;

  synchronized void shut() {
    shut = true;
  }

  synchronized void open() {
    shut = false;
    notifyAll();
  }

  /** Waits while the gate is shut, and does something while it is open. */
  synchronized void pass(Runnable action) throws InterruptedException {
    while (shut) {
      wait();
    }
    action.run();
  }
}
