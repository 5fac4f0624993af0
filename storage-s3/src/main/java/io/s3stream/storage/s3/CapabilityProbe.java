package io.s3stream.storage.s3;

import io.netty.buffer.ByteBufUtil;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.storage.s3.transfer.EtagStyle;
import io.s3stream.storage.s3.transfer.Futures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests whether the conditional writes of a store can be trusted, because the whole library relies on them. It refuses
 * stores that ignore the headers, or let two of several concurrent writers win.
 *
 * <p>The object {@value #MEMO} below the prefix stores the verdict, so the races run once for each bucket, prefix and
 * version of this probe. All other objects of the probe are deleted.
 */
final class CapabilityProbe {

    /** The number is the version of the probe: a stricter one runs again. */
    static final String MEMO = "meta/probe-v1";

    private static final Logger LOG = LoggerFactory.getLogger(CapabilityProbe.class);
    private static final String PASSED = "s3stream probe 1 passed, etag=";
    private static final int ROUNDS = 20;
    private static final int RACERS = 16;

    private final AwsBucket bucket;
    private final AwsReads reads;
    private final AwsPuts puts;
    private final String prefix;
    private final Duration patience;
    private final List<String> used = new ArrayList<>();

    /**
     * @param nonce unique, so that concurrent probes do not interfere
     * @param patience the longest wait for the first answer
     */
    CapabilityProbe(AwsBucket bucket, AwsReads reads, String nonce, Duration patience) {
        this.patience = patience;
        this.bucket = bucket;
        this.reads = reads;
        this.puts = new AwsPuts(bucket, reads);
        this.prefix = "meta/probe/" + nonce + "/";
    }

    /**
     * Returns the store's style of ETags, from the stored verdict or by probing.
     *
     * @param withRaces false for tests only: checks with a single writer, and stores no verdict
     */
    EtagStyle run(boolean withRaces) {
        String remembered = remembered();
        for (EtagStyle style : EtagStyle.values()) {
            if (remembered.equals(PASSED + style)) {
                return style;
            }
        }
        try {
            EtagStyle style = checkHeaders();
            if (withRaces) {
                raceForAbsence();
                raceForVersion(style);
                await(puts.put(MEMO, body(PASSED + style), PutCondition.ALWAYS, style));
                LOG.info(
                        "bucket={} prefix={}: conditional writes are atomic, etags {}",
                        bucket.name(),
                        bucket.prefix(),
                        style);
            } else {
                LOG.warn("bucket={}: conditional writes were not raced (unsafeSkipProbe)", bucket.name());
            }
            return style;
        } finally {
            cleanUp();
        }
    }

    private String remembered() {
        Optional<ObjectContent> memo = await(firstAnswer());
        if (memo.isEmpty()) {
            return "";
        }
        try (ObjectContent content = memo.get()) {
            return new String(ByteBufUtil.getBytes(content.data()), StandardCharsets.UTF_8);
        }
    }

    /** Ends before the client has made all its retries, if the store is silent. */
    private CompletableFuture<Optional<ObjectContent>> firstAnswer() {
        CompletableFuture<Optional<ObjectContent>> answer = new CompletableFuture<>();
        reads.get(MEMO, ByteRange.WHOLE).whenComplete((memo, error) -> {
            if (error != null) {
                answer.completeExceptionally(Futures.unwrap(error));
            } else if (!answer.complete(memo)) {
                memo.ifPresent(ObjectContent::close);
            }
        });
        bucket.after(patience)
                .thenRun(() -> answer.completeExceptionally(new StorageException(bucket.silence(MEMO, patience))));
        return answer;
    }

    private EtagStyle checkHeaders() {
        String key = key("headers");
        Optional<String> first = conditional(key, "first", PutCondition.IF_ABSENT, EtagStyle.QUOTED);
        if (first.isEmpty()) { // an earlier attempt of this very request may have written it, and its answer was lost
            first = await(reads.head(key)).map(ObjectSummary::version);
            LOG.info("bucket={}: object={} exists before the first write", bucket.name(), key);
        }
        if (first.isEmpty()) {
            throw refused("it refuses If-None-Match: * although there is no object");
        }
        if (conditional(key, "second", PutCondition.IF_ABSENT, EtagStyle.QUOTED).isPresent()) {
            throw refused("it ignores If-None-Match: *, and overwrites");
        }
        for (EtagStyle style : EtagStyle.values()) {
            if (conditional(key, "third", PutCondition.ifVersion(first.get()), style)
                    .isPresent()) {
                if (conditional(key, "fourth", PutCondition.ifVersion(first.get()), style)
                        .isPresent()) {
                    throw refused("it ignores If-Match, and overwrites another version");
                }
                return style;
            }
        }
        throw refused("it refuses If-Match with the present version");
    }

    private void raceForAbsence() {
        int won = 0;
        for (int round = 0; round < ROUNDS; round++) {
            won += race(key("absent-" + round), PutCondition.IF_ABSENT, EtagStyle.QUOTED, "If-None-Match: *");
        }
        checkWon(won, "If-None-Match: *");
    }

    private void raceForVersion(EtagStyle style) {
        String key = key("version");
        await(puts.put(key, body("start"), PutCondition.ALWAYS, style));
        int won = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // Read anew: the response of the last winner may be lost, and its version unknown.
            String version = await(reads.head(key)).map(ObjectSummary::version).orElseThrow();
            won += race(key, PutCondition.ifVersion(version), style, "If-Match");
        }
        checkWon(won, "If-Match");
    }

    /** Lets all racers write under one condition. Returns 1 if a racer knows that it won, otherwise 0. */
    private int race(String key, PutCondition condition, EtagStyle style, String header) {
        List<CompletableFuture<Optional<String>>> racers = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            racers.add(puts.put(key, body(key + condition + racer), condition, style));
        }
        long winners = racers.stream()
                .map(CapabilityProbe::await)
                .filter(Optional::isPresent)
                .count();
        if (winners > 1) {
            throw refused(
                    winners + " of " + RACERS + " concurrent writers with " + header + " won, where only one may",
                    true);
        }
        return (int) winners;
    }

    private void checkWon(int won, String header) {
        if (won == 0) {
            throw refused("in " + ROUNDS + " rounds no writer with " + header + " ever won");
        }
    }

    private Optional<String> conditional(String key, String text, PutCondition condition, EtagStyle style) {
        try {
            return await(puts.put(key, body(text), condition, style));
        } catch (StreamException e) {
            if (AwsErrors.isUnsupported(e)) {
                throw refused("it does not support conditional writes: " + e.getMessage());
            }
            throw e;
        }
    }

    private UntrustedStoreException refused(String why) {
        return refused(why, false);
    }

    private UntrustedStoreException refused(String why, boolean isProof) {
        return new UntrustedStoreException(
                "bucket=" + bucket.name()
                        + " cannot be used, two owners of a stream would lose data: its store has no reliable conditional writes; "
                        + why + ". Use Amazon S3 or another store with atomic If-None-Match and If-Match on PUT",
                isProof);
    }

    private void cleanUp() {
        try {
            Map<String, String> failed = await(new AwsDeletes(bucket).delete(used));
            if (!failed.isEmpty()) {
                LOG.warn("bucket={}: keys of the probe could not be deleted: {}", bucket.name(), failed);
            }
        } catch (StreamException e) {
            LOG.warn("bucket={}: keys of the probe could not be deleted: {}", bucket.name(), used, e);
        }
    }

    private String key(String name) {
        String key = prefix + name;
        used.add(key);
        return key;
    }

    private static ObjectBody body(String text) {
        return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StreamException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
