package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.s3stream.testkit.proxy.FaultPlan;
import io.s3stream.testkit.proxy.FaultProxy;
import io.s3stream.testkit.proxy.SeededFaults;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers are killed while {@link FaultProxy} disturbs the traffic to the S3 server. Each opening must succeed, each
 * acknowledged record must be there, and at the end a deep verification finds nothing. {@code -Ds3.uri} is the server,
 * {@code -Dsoak.seconds} the length of each test, {@code -Dsoak.percent} the share of disturbed requests,
 * {@code -Dsoak.seed} the choice of faults.
 */
@Tag("rgw")
class FaultProxySoakTest {

    private static final Pattern ENDPOINT = Pattern.compile("endpoint=([^&]+)");

    private final long seed = Long.getLong("soak.seed", System.nanoTime());

    @TempDir
    Path dir;

    private FaultProxy proxy;
    private String storage;

    @BeforeEach
    void start() throws IOException {
        String uri = System.getProperty("s3.uri");
        assumeThat(uri).as("-Ds3.uri=s3://bucket/prefix?endpoint=...").isNotNull();
        Matcher endpoint = ENDPOINT.matcher(uri);
        assertThat(endpoint.find()).as("endpoint in %s", uri).isTrue();
        double rate = Integer.getInteger("soak.percent", 4) / 100.0;
        proxy = new FaultProxy(URI.create(endpoint.group(1)), new SeededFaults(seed, rate));
        storage = Stores.below(
                endpoint.replaceFirst("endpoint=" + proxy.endpoint()),
                dir.getFileName().toString());
    }

    @AfterEach
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    void walInObjectStorageLosesNothing() {
        soak("store:/?linger=2ms&targetFrame=64KiB&capacity=8MiB");
    }

    @Test
    void walInFileLosesNothing() {
        soak(Stores.wal(dir));
    }

    private void soak(String wal) {
        long end = System.nanoTime()
                + Duration.ofSeconds(Integer.getInteger("soak.seconds", 60)).toNanos();
        KillRounds kills = new KillRounds(storage, wal, seed);
        try {
            do {
                kills.next();
            } while (System.nanoTime() < end);
            proxy.use(FaultPlan.NONE);
            Stores.verifyDeep(storage);
        } finally {
            System.out.printf(
                    "soak wal=%s seed=%d: %d kills, %d records acknowledged; %s%n",
                    wal, seed, kills.rounds(), kills.acknowledged(), proxy.counts());
        }
        assertThat(proxy.counts().faults()).as("faults of any kind").isPositive();
    }
}
