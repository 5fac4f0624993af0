package io.s3stream.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The contract of an {@link io.s3stream.spi.storage.ObjectStorage}: every sentence of its Javadoc as a test. Extend it,
 * open the storage in {@link #openStorage}, and override the methods that tell known differences.
 */
public abstract class ObjectStorageContract extends ListingContract {

    // ---- writing ----

    @Test
    void whatWasPutIsRead() {
        put("a/b-c_d.e", "hello");

        assertThat(readText("a/b-c_d.e")).isEqualTo("hello");
    }

    @Test
    void anObjectMayBeEmpty() {
        put("empty", "");

        assertThat(readText("empty")).isEmpty();
        assertThat(await(storage().head("empty")).orElseThrow().size()).isZero();
    }

    @Test
    void aPutReplacesTheObjectAndItsVersion() {
        String first = put("k", "one");
        String second = put("k", "two, longer");
        String third = put("k", "3");

        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(readText("k")).isEqualTo("3");
    }

    @Test
    void putIfAbsentWritesOnceOnly() {
        assertThat(put("k", bytes("first"), PutCondition.IF_ABSENT)).isPresent();
        assertThat(put("k", bytes("second"), PutCondition.IF_ABSENT)).isEmpty();

        assertThat(readText("k")).isEqualTo("first");
    }

    @Test
    void putIfAbsentWritesAgainAfterADelete() {
        put("k", "first");
        await(storage().delete(List.of("k")));

        assertThat(put("k", bytes("second"), PutCondition.IF_ABSENT)).isPresent();
        assertThat(readText("k")).isEqualTo("second");
    }

    @Test
    void putIfVersionReplacesThatVersion() {
        String version = put("k", "one");

        Optional<String> next = put("k", bytes("two"), PutCondition.ifVersion(version));

        assertThat(next).isPresent().isNotEqualTo(Optional.of(version));
        assertThat(readText("k")).isEqualTo("two");
    }

    @Test
    void putIfVersionDoesNotReplaceAnotherVersion() {
        String old = put("k", "one");
        put("k", "two");

        assertThat(put("k", bytes("three"), PutCondition.ifVersion(old))).isEmpty();
        assertThat(readText("k")).isEqualTo("two");
    }

    @Test
    void putIfVersionOfAMissingObjectDoesNotHold() {
        String version = put("other", "one");

        assertThat(put("k", bytes("two"), PutCondition.ifVersion(version))).isEmpty();
        assertThat(await(storage().head("k"))).isEmpty();
    }

    @Test
    void aChainOfConditionalPutsFollowsTheVersions() {
        String version = put("k", "0");
        for (int i = 1; i <= 10; i++) {
            version = put("k", bytes("" + i), PutCondition.ifVersion(version)).orElseThrow();
        }

        assertThat(readText("k")).isEqualTo("10");
    }

    @Test
    void theVersionWrittenIsTheVersionRead() {
        String version = put("k", "text");

        try (ObjectContent content = get("k", ByteRange.WHOLE).orElseThrow()) {
            assertThat(content.version()).isEqualTo(version);
        }
        assertThat(await(storage().head("k"))).hasValue(new ObjectSummary("k", 4, version));
        assertThat(await(storage().list("", "", 10))).containsExactly(new ObjectSummary("k", 4, version));
    }

    @Test
    void aBodyIsReadFromPositionToLimitAndNotMoved() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes("..middle..")).position(2).limit(8);

        await(storage().put("k", ObjectBody.of(buffer), PutCondition.ALWAYS));

        assertThat(buffer.position()).isEqualTo(2);
        assertThat(buffer.limit()).isEqualTo(8);
        assertThat(readText("k")).isEqualTo("middle");
    }

    @Test
    void oneBodyCanBeWrittenTwice() {
        ObjectBody body = ObjectBody.of(ByteBuffer.wrap(bytes("again and ")), ByteBuffer.wrap(bytes("again")));

        await(storage().put("k1", body, PutCondition.ALWAYS));
        await(storage().put("k2", body, PutCondition.ALWAYS));

        assertThat(readText("k1")).isEqualTo("again and again").isEqualTo(readText("k2"));
    }

    @Test
    void aLargeBodyOfManyDirectBuffersIsWrittenWhole() {
        byte[] whole = randomBytes(3, 20 << 20);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < whole.length; from += (1 << 20) - 77) {
            int length = Math.min((1 << 20) - 77, whole.length - from);
            pieces.add(
                    ByteBuffer.allocateDirect(length).put(whole, from, length).flip());
        }
        ObjectBody body = ObjectBody.of(pieces);

        await(storage().put("large", body, PutCondition.ALWAYS));

        assertThat(Arrays.equals(read("large", ByteRange.WHOLE), whole)).isTrue();
        assertThat(body.isAbandoned()).isFalse();
    }

    /** Sizes around those of blocks and of buffers, from pieces that end anywhere. */
    @Test
    void aBodyOfAnyLengthIsWrittenWhole() {
        for (int size :
                List.of(1 << 20, (1 << 20) - 32, (1 << 20) + 4063, (1 << 20) + 4064, (1 << 20) + 4065, 2_500_001)) {
            byte[] whole = randomBytes(size, size);
            List<ByteBuffer> pieces = new ArrayList<>();
            for (int from = 0, length = 1;
                    from < size;
                    from += length, length = Math.min(3 * length + 1, size - from)) {
                ByteBuffer piece = length % 2 == 0 ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
                pieces.add(piece.put(0, whole, from, length));
            }
            await(storage().put("any", ObjectBody.of(pieces), PutCondition.ALWAYS));
            assertThat(Arrays.equals(read("any", ByteRange.WHOLE), whole))
                    .as("%s bytes", size)
                    .isTrue();
        }
    }

    @Test
    void aLargeBodyThatLosesItsConditionLeavesTheObject() {
        put("k", "first");
        ObjectBody body = ObjectBody.of(ByteBuffer.allocateDirect(2 << 20));

        assertThat(await(storage().put("k", body, PutCondition.IF_ABSENT))).isEmpty();
        assertThat(readText("k")).isEqualTo("first");
    }

    // ---- reading ----

    @Test
    void aMissingObjectIsAnAnswerAndNotAFailure() {
        assertThat(get("none", ByteRange.WHOLE)).isEmpty();
        assertThat(get("none", ByteRange.slice(3, 4))).isEmpty();
        assertThat(get("none", ByteRange.suffix(3))).isEmpty();
        assertThat(await(storage().head("none"))).isEmpty();
        assertThat(await(storage().getIfChanged("none", "v"))).isInstanceOf(ConditionalContent.Missing.class);
    }

    @Test
    void aSliceIsReadWithItsPlaceAndTheSizeOfTheWhole() {
        put("k", "0123456789");

        ObjectContent content = get("k", ByteRange.slice(3, 4)).orElseThrow();

        assertThat(content.from()).isEqualTo(3);
        assertThat(content.objectSize()).isEqualTo(10);
        assertThat(take(content)).isEqualTo(bytes("3456"));
    }

    @Test
    void aSliceThatEndsPastTheEndIsCut() {
        put("k", "0123456789");

        assertThat(read("k", ByteRange.slice(8, 100))).isEqualTo(bytes("89"));
        assertThat(read("k", ByteRange.slice(8, Long.MAX_VALUE))).isEqualTo(bytes("89"));
    }

    @Test
    void aSliceThatBeginsAtOrPastTheEndIsRefused() {
        put("k", "0123456789");

        assertFails(storage().get("k", ByteRange.slice(10, 1)), InvalidRequestException.class, "k", "10");
        assertFails(storage().get("k", ByteRange.slice(11, 5)), InvalidRequestException.class, "k");
    }

    @Test
    void aSliceOfAnEmptyObjectIsRefused() {
        put("empty", "");

        assertFails(storage().get("empty", ByteRange.slice(0, 1)), InvalidRequestException.class, "empty");
    }

    @Test
    void aSuffixIsReadWithItsPlace() {
        put("k", "0123456789");

        ObjectContent content = get("k", ByteRange.suffix(4)).orElseThrow();

        assertThat(content.from()).isEqualTo(6);
        assertThat(content.objectSize()).isEqualTo(10);
        assertThat(take(content)).isEqualTo(bytes("6789"));
    }

    @Test
    void aSuffixLargerThanTheObjectIsAllOfIt() {
        put("k", "0123456789");
        put("empty", "");

        assertThat(read("k", ByteRange.suffix(10))).isEqualTo(bytes("0123456789"));
        assertThat(read("k", ByteRange.suffix(1 << 20))).isEqualTo(bytes("0123456789"));
        assertThat(read("empty", ByteRange.suffix(5))).isEmpty();
    }

    @Test
    void getIfChangedAnswersNothingNewForThePresentVersion() {
        String version = put("k", "one");

        assertThat(await(storage().getIfChanged("k", version))).isInstanceOf(ConditionalContent.Unchanged.class);
    }

    @Test
    void getIfChangedAnswersTheWholeObjectOfAnotherVersion() {
        String old = put("k", "one");
        String present = put("k", "two");

        ConditionalContent answer = await(storage().getIfChanged("k", old));

        assertThat(answer).isInstanceOf(ConditionalContent.Changed.class);
        ObjectContent content = ((ConditionalContent.Changed) answer).content();
        assertThat(content.version()).isEqualTo(present);
        assertThat(take(content)).isEqualTo(bytes("two"));
    }

    @Test
    void aContentOutlivesItsObject() {
        put("k", "kept");
        ObjectContent content = get("k", ByteRange.WHOLE).orElseThrow();
        put("k", "changed");
        await(storage().delete(List.of("k")));

        assertThat(take(content)).isEqualTo(bytes("kept"));
    }

    // ---- races ----

    @Test
    void ofManyPutsIfAbsentExactlyOneWins() {
        assumeTrue(supportsRaces());
        for (int round = 0; round < 10; round++) {
            String key = "race/" + round;
            List<Optional<String>> answers =
                    race(racer -> storage().put(key, ObjectBody.of(bytes("racer " + racer)), PutCondition.IF_ABSENT));

            assertThat(answers.stream().filter(Optional::isPresent)).hasSize(1);
            int winner = answers.indexOf(
                    answers.stream().filter(Optional::isPresent).findFirst().orElseThrow());
            assertThat(readText(key)).isEqualTo("racer " + winner);
        }
    }

    @Test
    void ofManyPutsIfVersionExactlyOneWins() {
        assumeTrue(supportsRaces());
        String version = put("race", "start");
        for (int round = 0; round < 10; round++) {
            PutCondition condition = PutCondition.ifVersion(version);
            String text = "round " + round + " racer ";
            List<Optional<String>> answers =
                    race(racer -> storage().put("race", ObjectBody.of(bytes(text + racer)), condition));

            assertThat(answers.stream().filter(Optional::isPresent)).hasSize(1);
            version = answers.stream().flatMap(Optional::stream).findFirst().orElseThrow();
            assertThat(readText("race")).isEqualTo(text + answers.indexOf(Optional.of(version)));
        }
    }

    @Test
    void readersOfAnObjectThatIsRewrittenSeeOneVersionWhole() {
        byte[] first = new byte[300_000];
        put("k", first, PutCondition.ALWAYS);
        race(racer -> {
            byte[] uniform = new byte[300_000];
            Arrays.fill(uniform, (byte) racer);
            if (racer % 4 == 0) {
                return storage()
                        .put("k", ObjectBody.of(uniform), PutCondition.ALWAYS)
                        .thenAccept(version -> {});
            }
            return storage().get("k", ByteRange.WHOLE).thenAccept(content -> {
                byte[] seen = take(content.orElseThrow());
                byte[] expected = new byte[300_000];
                Arrays.fill(expected, seen[0]);
                assertThat(Arrays.equals(seen, expected)).isTrue();
            });
        });
    }
}
