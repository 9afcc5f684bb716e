package dev.millrace;

/**
 * What is alive in a server now.
 *
 * @param connections open connections, also those without a request
 * @param streams streams that have not ended, without WebSockets
 * @param sockets WebSockets that have not ended
 * @param timers timers of streams that are running
 * @param virtualThreads threads that run handlers, timers and cleanups; without the one that asks
 */
public record ServerStatus(
    int connections, int streams, int sockets, int timers, int virtualThreads) {}
