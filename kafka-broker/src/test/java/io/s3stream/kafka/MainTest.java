package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StoreState;
import io.s3stream.api.errors.FencedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

    @ParameterizedTest
    @CsvSource({
        "--listen=9092, --listen=9092: must be HOST:PORT",
        "--listen=localhost:99999, with a port up to 65535",
        "--listen=0.0.0.0:0, name the address for clients with --advertise",
        "--id=-1, --id=-1: must be 0 or greater",
        "--partitions=0, --partitions=0: must be at least 1",
        "--max-idle=10, needs a unit",
        "--max-idle=0s, must be longer than zero",
        "--max-request-bytes=1, must be from 1KiB to 1GiB",
        "--tls-key=/k.pem, TLS needs both",
        "--acl, add --sasl-users or --tls-client-ca",
        "--super-user=alice, need --acl",
        "--topic-default=retention.ms=soon, --topic-default retention.ms=soon: must be long",
        "--topic-default=no.such=1, --topic-default no.such=1: unknown key of a topic's configuration; remove it",
        "--topic-default=retention.ms, --topic-default",
        "--rack=, --rack=: must have a name",
        "--no-such-option, Unknown option"
    })
    void wrongOptionIsRefusedWithItsNameAndARemedy(String option, String message) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(text));
        try {
            assertThat(Main.execute(option, "--storage=memory:", "--wal=store:"))
                    .isEqualTo(2);
        } finally {
            System.setErr(before);
        }
        assertThat(text.toString()).contains(message);
    }

    @Test
    void stoppedStoreEndsTheBrokerAndAnUnreachableOneDoesNot() {
        StoreWatch watch = new StoreWatch();
        FencedException fenced = new FencedException("another process has become this node");
        watch.stateChanged(new StoreState(StoreState.Level.UNREACHABLE, Optional.of(fenced)));
        assertThat(watch.stopped()).isNotDone();
        watch.stateChanged(new StoreState(StoreState.Level.STOPPED, Optional.of(fenced)));
        assertThat(watch.stopped()).isCompleted();
    }
}
