package io.s3stream.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The contract of {@link MultipartUpload}; inherited by {@link ObjectStorageContract}. */
public abstract class MultipartContract extends StorageFixture {

    @Test
    void partsWrittenOutOfOrderAreJoinedByNumber() {
        byte[] whole = randomBytes(1, 2 * minimumPartBytes() + 100);
        MultipartUpload upload = await(storage().createMultipart("parts/a"));
        CompletableFuture.allOf(
                        upload.part(3, slice(whole, 2)),
                        upload.part(2, slice(whole, 1)),
                        upload.part(1, slice(whole, 0)))
                .join();

        String version = await(upload.complete());

        assertThat(Arrays.equals(read("parts/a", ByteRange.WHOLE), whole)).isTrue();
        assertThat(await(storage().head("parts/a"))).hasValue(new ObjectSummary("parts/a", whole.length, version));
    }

    @Test
    void nothingIsVisibleBeforeAnUploadInPartsCompletes() {
        MultipartUpload upload = await(storage().createMultipart("parts/b"));
        await(upload.part(1, ObjectBody.of(bytes("unseen"))));

        assertThat(await(storage().head("parts/b"))).isEmpty();
        assertThat(allKeys("")).isEmpty();
        await(upload.complete());
        assertThat(readText("parts/b")).isEqualTo("unseen");
    }

    @Test
    void anAbortedUploadLeavesNothing() {
        MultipartUpload upload = await(storage().createMultipart("parts/c"));
        await(upload.part(1, ObjectBody.of(bytes("dropped"))));

        await(upload.abort());

        assertThat(await(storage().head("parts/c"))).isEmpty();
        assertThat(allKeys("")).isEmpty();
    }

    @Test
    void anUploadInPartsReplacesTheObjectOfItsKey() {
        String before = put("parts/d", "before");
        MultipartUpload upload = await(storage().createMultipart("parts/d"));
        await(upload.part(1, ObjectBody.of(bytes("after"))));

        assertThat(readText("parts/d")).isEqualTo("before");
        assertThat(await(upload.complete())).isNotEqualTo(before);
        assertThat(readText("parts/d")).isEqualTo("after");
    }

    @Test
    void aPartCanBeCopiedFromARangeOfAnotherObject() {
        byte[] source = randomBytes(2, minimumPartBytes() + 1000);
        put("parts/source", source, PutCondition.ALWAYS);
        MultipartUpload upload = await(storage().createMultipart("parts/e"));
        await(upload.copyPart(1, "parts/source", 500, minimumPartBytes()));
        await(upload.part(2, ObjectBody.of(bytes("tail"))));

        await(upload.complete());

        assertThat(read("parts/e", ByteRange.slice(0, minimumPartBytes())))
                .isEqualTo(Arrays.copyOfRange(source, 500, 500 + minimumPartBytes()));
        assertThat(read("parts/e", ByteRange.suffix(4))).isEqualTo(bytes("tail"));
    }

    @Test
    void aCopiedPartOutlivesItsSource() {
        put("parts/source", "copied");
        MultipartUpload upload = await(storage().createMultipart("parts/f"));
        await(upload.copyPart(1, "parts/source", 0, 6));
        await(storage().delete(List.of("parts/source")));

        await(upload.complete());

        assertThat(readText("parts/f")).isEqualTo("copied");
    }

    @Test
    void copyingFromAMissingObjectFailsAndNamesIt() {
        MultipartUpload upload = await(storage().createMultipart("parts/g"));

        assertFails(upload.copyPart(1, "parts/none", 0, 10), StreamException.class, "parts/none");

        await(upload.abort());
    }

    @Test
    void partNumbersBeginAtOne() {
        MultipartUpload upload = await(storage().createMultipart("parts/h"));

        assertFails(upload.part(0, ObjectBody.of(bytes("x"))), InvalidRequestException.class, "part=0", "1");

        await(upload.abort());
    }

    @Test
    void anUploadThatLacksAPartIsNotCompleted() {
        MultipartUpload upload = await(storage().createMultipart("parts/j"));
        await(upload.part(3, ObjectBody.of(bytes("third"))));
        await(upload.part(1, ObjectBody.of(bytes("first"))));

        assertFails(upload.complete(), InvalidRequestException.class, "part=3", "2");

        assertThat(await(storage().head("parts/j"))).isEmpty();
        await(upload.abort());
    }

    @Test
    void twoUploadsOfOneKeyDoNotMix() {
        MultipartUpload first = await(storage().createMultipart("parts/i"));
        MultipartUpload second = await(storage().createMultipart("parts/i"));
        await(first.part(1, ObjectBody.of(bytes("first"))));
        await(second.part(1, ObjectBody.of(bytes("second"))));

        await(first.complete());
        assertThat(readText("parts/i")).isEqualTo("first");
        await(second.complete());
        assertThat(readText("parts/i")).isEqualTo("second");
    }

    @Test
    void anAbandonedUploadIsListedAndCanBeAbortedByAnybody() {
        MultipartUpload abandoned = await(storage().createMultipart("parts/k/a"));
        await(abandoned.part(1, ObjectBody.of(bytes("forgotten"))));
        MultipartUpload other = await(storage().createMultipart("parts/k/b"));
        await(other.part(1, ObjectBody.of(bytes("kept"))));
        await(storage().createMultipart("elsewhere/a"));

        List<PendingMultipart> listed = await(storage().listMultiparts("parts/k/"));
        assertThat(listed).extracting(PendingMultipart::key).containsExactlyInAnyOrder("parts/k/a", "parts/k/b");
        assertThat(await(storage().listMultiparts("")))
                .extracting(PendingMultipart::key)
                .containsExactlyInAnyOrder("parts/k/a", "parts/k/b", "elsewhere/a");
        for (PendingMultipart upload : listed) {
            if (upload.key().equals("parts/k/a")) {
                await(storage().abortMultipart(upload));
                await(storage().abortMultipart(upload)); // over already
            }
        }

        assertThat(await(storage().listMultiparts("parts/k/")))
                .extracting(PendingMultipart::key)
                .containsExactly("parts/k/b");
        assertFails(abandoned.complete(), StreamException.class, "parts/k/a");
        assertThat(await(storage().head("parts/k/a"))).isEmpty();
        await(other.complete());
        assertThat(readText("parts/k/b")).isEqualTo("kept");
        assertThat(await(storage().listMultiparts("parts/"))).isEmpty();
    }

    @Test
    void anUploadThatIsOverIsNotListed() {
        MultipartUpload completed = await(storage().createMultipart("parts/l"));
        await(completed.part(1, ObjectBody.of(bytes("x"))));
        await(completed.complete());
        await(await(storage().createMultipart("parts/m")).abort());

        assertThat(await(storage().listMultiparts("parts/"))).isEmpty();
        assertThat(await(storage().listMultiparts(""))).isEmpty();
    }

    private ObjectBody slice(byte[] whole, int index) {
        int from = index * minimumPartBytes();
        return ObjectBody.of(Arrays.copyOfRange(whole, from, Math.min(whole.length, from + minimumPartBytes())));
    }
}
