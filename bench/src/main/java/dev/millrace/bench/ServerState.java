package dev.millrace.bench;

/**
 * What a server holds at one moment.
 *
 * @param heap the live heap
 * @param resident bytes of physical memory
 * @param threads platform threads
 */
record ServerState(HeapHistogram heap, long resident, long threads) {
  /** Looks once what was just done has settled: timers, closing connections, freed references. */
  static ServerState settled(ServerProcess server) {
    pause(2_000);
    // Closed connections of Netty were seen to stay reachable through two full collections.
    for (int collection = 0; collection < 4; collection++) {
      server.liveHeap();
      pause(500);
    }
    return new ServerState(server.liveHeap(), server.residentBytes(), server.threads());
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String describe() {
    return "heap %,11d B, resident %,6d KB, threads %d, virtual threads %,d"
        .formatted(heap.bytes(), resident / 1024, threads, heap.virtualThreads());
  }
}
