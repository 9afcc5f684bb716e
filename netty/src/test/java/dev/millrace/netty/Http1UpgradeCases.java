package dev.millrace.netty;

import dev.millrace.netty.Http1Cases.Case;
import java.util.List;

/**
 * Requests that ask for a WebSocket and do not get one: what follows is the next request. {@code
 * /ws} is one, {@code /a} a page.
 */
final class Http1UpgradeCases {
  private static final String HOST = "Host: localhost\r\n";
  private static final String UPGRADE = HOST + "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";

  private final List<Case> all;

  private Http1UpgradeCases(List<Case> all) {
    this.all = all;
  }

  static void addTo(List<Case> all) {
    Http1UpgradeCases cases = new Http1UpgradeCases(all);
    cases.pages();
    cases.sockets();
  }

  private void add(String name, String line, String rest) {
    all.add(new Case(name, false, line + "\r\n" + rest));
  }

  private void pages() {
    String whole = UPGRADE + VERSION + KEY;
    add("RFC 9110 7.8: websocket on a page", "GET /a HTTP/1.1", whole + "\r\n");
    add(
        "RFC 9110 7.8: websocket in capitals",
        "GET /a HTTP/1.1",
        HOST + "Upgrade: WebSocket\r\nConnection: upgrade\r\n\r\n");
    add(
        "RFC 9110 7.8: websocket in a list",
        "GET /a HTTP/1.1",
        HOST + "Upgrade: h2c, websocket\r\nConnection: Upgrade\r\n\r\n");
    add(
        "RFC 9110 7.8: websocket in a second field",
        "GET /a HTTP/1.1",
        HOST + "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    add(
        "RFC 9110 7.8: websocket with Content-Length 0",
        "GET /a HTTP/1.1",
        whole + "Content-Length: 0\r\n\r\n");
    add(
        "RFC 9110 7.8: websocket with a body",
        "GET /a HTTP/1.1",
        whole + "Content-Length: 5\r\n\r\nhello");
    add(
        "RFC 9110 7.8: websocket with chunks",
        "GET /a HTTP/1.1",
        whole + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    add(
        "RFC 9110 7.8: websocket by POST",
        "POST /echo HTTP/1.1",
        whole + "Content-Length: 5\r\n\r\nhello");
    add(
        "RFC 9110 7.8: websocket and close",
        "GET /a HTTP/1.1",
        HOST + "Upgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n");
    add("RFC 9110 7.8: websocket on an unknown path", "GET /x HTTP/1.1", whole + "\r\n");
    add(
        "RFC 9110 7.8: websocket and two framings",
        "GET /a HTTP/1.1",
        whole + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    add(
        "RFC 9110 7.8: websocket and no Host",
        "GET /a HTTP/1.1",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  }

  private void sockets() {
    add("RFC 6455 4.2.1: a GET without an upgrade", "GET /ws HTTP/1.1", HOST + "\r\n");
    add(
        "RFC 6455 4.2.1: HTTP/1.0",
        "GET /ws HTTP/1.0",
        UPGRADE + VERSION + KEY + "Connection: keep-alive\r\n\r\n");
    add(
        "RFC 6455 4.2.1: by POST",
        "POST /ws HTTP/1.1",
        UPGRADE + VERSION + KEY + "Content-Length: 0\r\n\r\n");
    add("RFC 6455 4.2.1: by OPTIONS", "OPTIONS /ws HTTP/1.1", UPGRADE + VERSION + KEY + "\r\n");
    add(
        "RFC 6455 4.2.1: with a body",
        "GET /ws HTTP/1.1",
        UPGRADE + VERSION + KEY + "Content-Length: 5\r\n\r\nhello");
    add(
        "RFC 6455 4.2.1: no Connection",
        "GET /ws HTTP/1.1",
        HOST + "Upgrade: websocket\r\n" + VERSION + KEY + "\r\n");
    add(
        "RFC 6455 4.2.1: another Upgrade",
        "GET /ws HTTP/1.1",
        HOST + "Upgrade: websockets\r\nConnection: Upgrade\r\n" + VERSION + KEY + "\r\n");
    add("RFC 6455 4.2.1: no key", "GET /ws HTTP/1.1", UPGRADE + VERSION + "\r\n");
    add(
        "RFC 6455 4.2.1: a key of 15 bytes",
        "GET /ws HTTP/1.1",
        UPGRADE + VERSION + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n\r\n");
    add("RFC 6455 4.2.1: two keys", "GET /ws HTTP/1.1", UPGRADE + VERSION + KEY + KEY + "\r\n");
    add("RFC 6455 4.2.2: no version", "GET /ws HTTP/1.1", UPGRADE + KEY + "\r\n");
    add(
        "RFC 6455 4.4: version 8",
        "GET /ws HTTP/1.1",
        UPGRADE + "Sec-WebSocket-Version: 8\r\n" + KEY + "\r\n");
    add(
        "RFC 6455 10.2: another origin",
        "GET /ws HTTP/1.1",
        UPGRADE + VERSION + KEY + "Origin: http://elsewhere\r\n\r\n");
  }
}
