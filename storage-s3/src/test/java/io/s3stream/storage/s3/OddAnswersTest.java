package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StorageException;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.proxy.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A single odd answer of an S3 server is never final, and every call has an outcome. [R44] */
class OddAnswersTest extends OddAnswers {

    private static final String TEXT = "the quick brown fox jumps over the lazy dog";

    @Nested
    class Reads {

        @BeforeEach
        void write() {
            await(storage.put("data/x", body(TEXT), PutCondition.ALWAYS));
        }

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {
                    "UNAVAILABLE", "LOST_REQUEST", "LOST_ANSWER", "EXECUTED_THEN_500", "DUPLICATED", "RESET",
                            "TRUNCATED_BODY",
                    "SLOW_BODY", "NOT_FOUND", "CLOCK_SKEW", "EXPIRED_TOKEN", "ACCESS_DENIED", "REDIRECT", "NO_ETAG",
                    "RANGE_WITHOUT_SIZE", "NO_RANGE", "DUPLICATE_HEADERS", "EMPTY_BODY", "SHORT_BODY"
                })
        void partReadSurvivesOddAnswer(Fault fault) {
            faults.next(fault, 1, "GET", "/data/x");

            assertThat(read("data/x", ByteRange.slice(4, 5))).isEqualTo("quick at 4 of 43");

            assertThat(faults.left()).isZero();
        }

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {
                    "NO_ETAG",
                    "RANGE_WITHOUT_SIZE",
                    "NO_RANGE",
                    "NOT_FOUND",
                    "SHORT_BODY",
                    "EMPTY_BODY",
                    "TRUNCATED_BODY"
                })
        void endReadSurvivesOddAnswer(Fault fault) {
            faults.next(fault, 1, "GET", "/data/x");

            assertThat(read("data/x", ByteRange.suffix(8))).isEqualTo("lazy dog at 35 of 43");

            assertThat(faults.left()).isZero();
        }

        @Test
        void partReadIsAnsweredByServerWithoutSizes() {
            faults.next(Fault.RANGE_WITHOUT_SIZE, 1000, "GET", "/data/x");
            assertThat(read("data/x", ByteRange.slice(4, 5))).isEqualTo("quick at 4 of 43");
            assertThat(read("data/x", ByteRange.suffix(8))).isEqualTo("lazy dog at 35 of 43");
        }

        @Test
        void missingObjectIsBelievedMissing() {
            assertThat(await(storage.get("data/none", ByteRange.WHOLE))).isEmpty();
            assertThat(await(storage.head("data/none"))).isEmpty();
        }

        @Test
        void headSurvivesSingleMissingAnswer() {
            faults.next(Fault.NOT_FOUND, 1, "HEAD", "/data/x");
            assertThat(await(storage.head("data/x")).map(ObjectSummary::size)).contains(43L);
        }

        @Test
        void credentialsRefusedAfterSuccessAreExpectedToWorkAgain() {
            await(storage.head("data/x"));
            faults.next(Fault.ACCESS_DENIED, 1000, "GET", "/data/x");
            assertThatThrownBy(() -> await(storage.get("data/x", ByteRange.WHOLE)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContainingAll("no permission", "allowed before");
        }

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {"NO_ETAG", "NOT_FOUND", "ACCESS_DENIED", "UNAVAILABLE", "RESET", "DUPLICATE_HEADERS"})
        void conditionalReadSurvivesOddAnswer(Fault fault) {
            faults.next(fault, 1, "GET", "/data/x");
            ConditionalContent changed = await(storage.getIfChanged("data/x", "another"));
            assertThat(changed).isInstanceOf(ConditionalContent.Changed.class);
            try (ObjectContent content = ((ConditionalContent.Changed) changed).content()) {
                assertThat(content.version())
                        .isEqualTo(await(storage.head("data/x")).orElseThrow().version());
            }
        }
    }

    @Nested
    class Writes {

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {
                    "UNAVAILABLE",
                    "LOST_REQUEST",
                    "LOST_ANSWER",
                    "EXECUTED_THEN_500",
                    "DUPLICATED",
                    "RESET",
                    "CLOCK_SKEW",
                    "EXPIRED_TOKEN",
                    "ACCESS_DENIED",
                    "REDIRECT",
                    "NO_ETAG",
                    "DUPLICATE_HEADERS"
                })
        void objectWriteSurvivesOddAnswer(Fault fault) {
            faults.next(fault, 1, "PUT", "/data/x");

            String version = await(storage.put("data/x", body(TEXT), PutCondition.ALWAYS))
                    .orElseThrow();

            assertThat(version)
                    .isEqualTo(await(storage.head("data/x")).orElseThrow().version());
            assertThat(read("data/x", ByteRange.WHOLE)).isEqualTo(TEXT + " at 0 of 43");
            assertThat(faults.left()).isZero();
        }

        @Test
        void conditionalWriteWithoutEtagIsReadBack() {
            faults.next(Fault.NO_ETAG, 1, "PUT", "/data/x");
            Optional<String> version = await(storage.put("data/x", body(TEXT), PutCondition.IF_ABSENT));
            assertThat(version)
                    .isEqualTo(await(storage.head("data/x")).map(ObjectSummary::version))
                    .isPresent();
        }

        @Test
        void versionOfOtherWriterIsNotTakenForOwn() {
            // The HEAD or GET after the write returns a later write of another client.
            faults.next(Fault.NO_ETAG, 1, "PUT", "/data/x");
            faults.next(Fault.FLIPPED_BODY, 1, "GET", "/data/x");
            assertThatThrownBy(() -> await(storage.put("data/x", body(TEXT), PutCondition.IF_ABSENT)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("has other content");
        }

        @Test
        void unknownVersionIsNotCondition() {
            assertThatThrownBy(() -> await(storage.put("data/x", body(TEXT), PutCondition.ifVersion(""))))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unknown");
        }

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {"CONDITION_NOT_FOUND", "CONDITION_BAD_REQUEST", "CONDITION_CONFLICT"})
        void oddlyRefusedConditionalWriteMayBeRepeated(Fault fault) {
            faults.next(fault, 1, "PUT", "/data/x");
            CompletableFuture<Optional<String>> put = storage.put("data/x", body(TEXT), PutCondition.IF_ABSENT);
            try {
                assertThat(await(put)).isPresent();
            } catch (StorageException mayBeRepeated) {
                assertThat(await(storage.put("data/x", body(TEXT), PutCondition.IF_ABSENT)))
                        .isPresent();
            }
        }

        @Test
        void registerWriteSurvivesAnswersWithoutEtag() {
            StorageRegister register = new StorageRegister(storage, "meta/head");
            faults.next(Fault.NO_ETAG, 1, "PUT", "/meta/head");
            String first = await(register.compareAndSet(Optional.empty(), new byte[] {1}))
                    .orElseThrow();
            assertThat(await(register.compareAndSet(Optional.of(first), new byte[] {2})))
                    .isPresent();

            faults.next(Fault.NO_ETAG, 1, "GET", "/meta/head");
            assertThat(await(register.read()).orElseThrow().version()).isNotEmpty();
        }
    }

    @Nested
    class Parts {

        private final String large = "0123456789abcdef".repeat(400_000);

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {"UNAVAILABLE", "LOST_ANSWER", "EXECUTED_THEN_500", "ERROR_IN_200", "NO_ETAG", "ACCESS_DENIED"})
        void completionSurvivesOddAnswerOrMayBeRepeated(Fault fault) {
            MultipartUpload upload = await(storage.createMultipart("data/large"));
            await(upload.part(1, body(large)));
            faults.next(
                    fault,
                    1,
                    request ->
                            request.method().equals("POST") && request.query().contains("uploadId"));

            repeated(() -> upload.complete());

            assertThat(await(storage.head("data/large")).orElseThrow().size()).isEqualTo(large.length());
        }

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {"UNAVAILABLE", "LOST_ANSWER", "ERROR_IN_200", "NO_ETAG"})
        void copySurvivesOddAnswerOrMayBeRepeated(Fault fault) {
            await(storage.put("data/source", body(large), PutCondition.ALWAYS));
            MultipartUpload upload = await(storage.createMultipart("data/copy"));
            faults.next(fault, 1, request -> request.isCopy());

            repeated(() -> upload.copyPart(1, "data/source", 0, large.length()));
            repeated(() -> upload.complete());

            assertThat(await(storage.head("data/copy")).orElseThrow().size()).isEqualTo(large.length());
        }

        /** Copies as compaction does. */
        private <T> T repeated(java.util.function.Supplier<CompletableFuture<T>> call) {
            try {
                return await(call.get());
            } catch (StorageException e) {
                return await(call.get());
            }
        }
    }

    @Nested
    class Listings {

        @ParameterizedTest
        @EnumSource(
                value = Fault.class,
                names = {
                    "ONE_KEY_PAGE",
                    "EMPTY_PAGE",
                    "UNAVAILABLE",
                    "TRUNCATED_BODY",
                    "LOST_ANSWER",
                    "ACCESS_DENIED",
                    "RESET"
                })
        void listingShowsEveryKey(Fault fault) {
            List<String> keys = List.of("list/a", "list/b", "list/c", "list/d");
            keys.forEach(key -> await(storage.put(key, body("x"), PutCondition.ALWAYS)));
            faults.next(fault, 2, "GET", "");

            List<String> found = new ArrayList<>();
            for (List<ObjectSummary> page = await(storage.list("list/", "", 1000));
                    !page.isEmpty();
                    page = await(storage.list("list/", found.get(found.size() - 1), 1000))) {
                page.forEach(object -> found.add(object.key()));
            }

            assertThat(found).isEqualTo(keys);
        }
    }

    @Nested
    class Deletions {

        @Test
        void deletionReportsFailedKeys() {
            await(storage.put("d/a", body("x"), PutCondition.ALWAYS));
            faults.next(Fault.KEY_ERROR, 1, request -> true);
            assertThat(await(storage.delete(List.of("d/a", "d/b")))).containsOnlyKeys("d/a");
            assertThat(await(storage.delete(List.of("d/a", "d/b")))).isEmpty();
        }
    }
}
