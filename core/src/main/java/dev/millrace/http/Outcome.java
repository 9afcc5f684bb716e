package dev.millrace.http;

import dev.millrace.stream.CloseReason;
import java.time.Duration;

/**
 * How a response ended, and what it moved until then. For what runs {@linkplain Request#after after
 * it}: access logs, metrics, cleanups.
 *
 * @param status the status that was sent; 0 when the client had gone before there was one. 101 for
 *     a WebSocket, on HTTP/2 too; where its refusal was told by a close code, the refusal's status
 * @param bytes of the body, before compression and the transport's own framing; zero for HEAD. Of a
 *     stream those that it has sent; of any other response all, also when it was cut
 * @param events of a stream; zero for any other response
 * @param duration since the request was taken up
 * @param reason {@link CloseReason.Kind#COMPLETED} for a response that was sent whole
 */
public record Outcome(int status, long bytes, long events, Duration duration, CloseReason reason) {}
