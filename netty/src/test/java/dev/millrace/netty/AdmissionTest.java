package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.Limit;
import dev.millrace.http.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may connect. */
class AdmissionTest {

  @Test
  void asManyAsTheLimitAndNoMoreUntilOneLeaves() throws UnknownHostException {
    Admission admission = new Admission(Limits.DEFAULT.connections(2).connectionsPerAddress(2));
    assertThat(admission.admit(client("192.0.2.1"))).isNull();
    assertThat(admission.admit(client("192.0.2.2"))).isNull();
    assertThat(admission.admit(client("192.0.2.3"))).isEqualTo(Limit.CONNECTIONS);
    admission.left(client("192.0.2.1"));
    assertThat(admission.admit(client("192.0.2.3"))).isNull();
  }

  @Test
  void oneAddressDoesNotTakeThePlaceOfAnother() throws UnknownHostException {
    Admission admission = new Admission(Limits.DEFAULT.connectionsPerAddress(1));
    assertThat(admission.admit(client("192.0.2.1"))).isNull();
    assertThat(admission.admit(client("192.0.2.1"))).isEqualTo(Limit.CONNECTIONS_PER_ADDRESS);
    assertThat(admission.admit(client("192.0.2.2"))).isNull();
  }

  @Test
  void whoWasTurnedAwayIsNotCounted() throws UnknownHostException {
    Admission admission = new Admission(Limits.DEFAULT.connections(3).connectionsPerAddress(1));
    admission.admit(client("192.0.2.1"));
    for (int i = 0; i < 10; i++) {
      assertThat(admission.admit(client("192.0.2.1"))).isEqualTo(Limit.CONNECTIONS_PER_ADDRESS);
    }
    assertThat(admission.admit(client("192.0.2.2"))).isNull();
    assertThat(admission.admit(client("192.0.2.3"))).isNull();
  }

  @Test
  void addressesAreNotKeptWhereTheirLimitCannotBeReached() throws UnknownHostException {
    Admission admission = new Admission(Limits.DEFAULT);
    admission.admit(client("192.0.2.1"));
    assertThat(admission.addresses()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::1, 0.0.0.1, false",
    "192.0.2.1, 192.0.2.2, false",
    "255.255.255.255, 255.255.255.255, true"
  })
  void addressesThatCountAsOne(String one, String other, boolean same) throws UnknownHostException {
    boolean equal =
        Admission.key(InetAddress.getByName(one)) == Admission.key(InetAddress.getByName(other));
    assertThat(equal).isEqualTo(same);
  }

  /** Any mixture of coming and going, against a count that is plainly right. */
  @Test
  void theTableIsEmptyWhenAllHaveLeft() throws UnknownHostException {
    Random random = new Random(1);
    Admission admission = new Admission(Limits.DEFAULT.connections(50).connectionsPerAddress(7));
    Deque<SocketAddress> open = new ArrayDeque<>();
    Map<SocketAddress, Integer> counts = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(5) < 3) {
        SocketAddress client = client("192.0.2." + random.nextInt(12));
        int own = counts.getOrDefault(client, 0);
        Limit expected =
            open.size() == 50 ? Limit.CONNECTIONS : own == 7 ? Limit.CONNECTIONS_PER_ADDRESS : null;
        assertThat(admission.admit(client)).isEqualTo(expected);
        if (expected == null) {
          open.add(client);
          counts.put(client, own + 1);
        }
      } else if (!open.isEmpty()) {
        SocketAddress client = open.remove();
        counts.merge(client, -1, Integer::sum);
        admission.left(client);
      }
      assertThat(admission.addresses())
          .isEqualTo((int) counts.values().stream().filter(count -> count > 0).count());
    }
    open.forEach(admission::left);
    assertThat(admission.addresses()).isZero();
  }

  private static InetSocketAddress client(String address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address), 12_345);
  }
}
