package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.storage.MetadataRegisterContract;
import io.s3stream.testkit.storage.ObjectStorageContract;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * The contract on a Ceph object gateway, whose conditional writes are atomic: {@code .ci/rgw} starts one and tells how
 * to run this. The system property {@code s3.endpoint} is its address.
 */
@Tag("rgw")
class AwsOnRgwTest {

    private static URI uri(String bucket, String prefix) {
        return URI.create(
                "s3://" + bucket + "/" + prefix + "?pathStyle=true&endpoint=" + System.getProperty("s3.endpoint"));
    }

    private static AwsObjectStorage open(URI uri, ByteBufAllocator allocator) {
        return AwsObjectStorage.open(S3Location.parse(uri), allocator, new ThreadedTestRuntime(System.nanoTime()));
    }

    /** A probe without the races, which have a test of their own, and so without a verdict. It must leave no object. */
    private static AwsObjectStorage openProbed(ByteBufAllocator allocator) {
        return openProbed("", allocator);
    }

    private static AwsObjectStorage openProbed(String more, ByteBufAllocator allocator) {
        return open(
                URI.create(uri("s3stream", UUID.randomUUID().toString()) + "&unsafeSkipProbe=true" + more), allocator);
    }

    @Nested
    class Storage extends ObjectStorageContract {
        @Override
        protected ObjectStorage openStorage(ByteBufAllocator allocator) {
            return openProbed(allocator);
        }
    }

    @Nested
    class StorageListedWhole extends ObjectStorageContract {
        @Override
        protected ObjectStorage openStorage(ByteBufAllocator allocator) {
            return openProbed("&unorderedListing=true", allocator);
        }
    }

    @Nested
    class Register extends MetadataRegisterContract {
        @Override
        protected MetadataRegister openRegister() {
            return new StorageRegister(openProbed(UnpooledByteBufAllocator.DEFAULT), "meta/head");
        }
    }

    @Nested
    class Probe {

        private final ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;

        @Test
        void passingStoreIsProbedOnceAndLeftClean() {
            URI uri = uri("s3stream", UUID.randomUUID().toString());
            String verdict;
            try (var storage = open(uri, allocator)) {
                var left = storage.list("", "", 1000).join();
                assertThat(left).hasSize(1);
                assertThat(left.get(0).key()).isEqualTo(CapabilityProbe.MEMO);
                verdict = left.get(0).version();
            }
            try (var again = open(uri, allocator)) {
                assertThat(again.head(CapabilityProbe.MEMO).join().orElseThrow().version())
                        .isEqualTo(verdict);
                again.delete(List.of(CapabilityProbe.MEMO)).join();
                assertThat(again.get(CapabilityProbe.MEMO, ByteRange.WHOLE).join())
                        .isEmpty();
            }
        }

        @Test
        void missingBucketIsNamed() {
            assertThatThrownBy(() -> open(uri("no-such-bucket", "p"), allocator))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("bucket=no-such-bucket");
        }

        @Test
        void wrongCredentialsAreReported() {
            var wrong = StaticCredentialsProvider.create(AwsBasicCredentials.create("ak", "wrong"));

            assertThatThrownBy(() -> AwsObjectStorage.open(
                            S3Location.parse(
                                    uri("s3stream", "p"),
                                    bucket -> S3Options.builder()
                                            .credentials(wrong)
                                            .build()),
                            allocator,
                            new ThreadedTestRuntime(System.nanoTime())))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContainingAll("no permission", "bucket=s3stream");
        }
    }
}
