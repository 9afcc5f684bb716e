package dev.millrace.bench;

/**
 * What a server holds at one moment.
 *
 * @param heap the live heap
 * @param resident bytes of physical memory
 * @param threads platform threads
 */
record ServerState(HeapHistogram heap, long resident, long threads) {
  private static final int COLLECTIONS_IN_VAIN = 8;

  /** The tool that looks leaves some objects of its own. */
  private static final long TOLERANCE_BYTES = 4096;

  /**
   * Looks once what was just done has settled, which is when full collections find nothing more.
   * Closed connections of Netty were seen to stay reachable through two of them.
   */
  static ServerState settled(ServerProcess server) {
    HeapHistogram smallest = server.liveHeap();
    int collectionsInVain = 0;
    while (collectionsInVain < COLLECTIONS_IN_VAIN) {
      HeapHistogram heap = server.liveHeap();
      boolean shrank = heap.bytes() < smallest.bytes() - TOLERANCE_BYTES;
      collectionsInVain = shrank ? 0 : collectionsInVain + 1;
      smallest = shrank ? heap : smallest;
    }
    return new ServerState(server.liveHeap(), server.residentBytes(), server.threads());
  }

  String describe() {
    return "heap %,11d B, resident %,6d KB, threads %d, virtual threads %,d"
        .formatted(heap.bytes(), resident / 1024, threads, heap.virtualThreads());
  }
}
