package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.DirectoryBucketServer;
import io.s3stream.testkit.storage.ObjectStorageContract;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The contract on a directory bucket, as far as {@link DirectoryBucketServer} is one: the sessions, the parts and above
 * all the listings, which have pages of ten keys in no order.
 */
class DirectoryBucketTest extends ObjectStorageContract {

    private static S3Mock objects;
    private static DirectoryBucketServer server;

    @BeforeAll
    static void startServers() throws IOException {
        objects = S3Mock.start();
        server = new DirectoryBucketServer(objects.endpoint());
    }

    @AfterAll
    static void stopServers() {
        server.close();
        objects.close();
    }

    private static AwsObjectStorage open(String bucket, String more, ByteBufAllocator allocator) {
        return S3Mock.open(
                URI.create("s3://" + bucket + "/" + UUID.randomUUID() + "?unsafeSkipProbe=true&endpoint="
                        + server.endpoint() + more),
                allocator);
    }

    @Override
    protected ObjectStorage openStorage(ByteBufAllocator allocator) {
        return open(S3Mock.DIRECTORY_BUCKET, "", allocator);
    }

    @Override
    protected boolean supportsRaces() {
        return false;
    }

    @Override
    protected int manyKeys() {
        return 100;
    }

    @Test
    void sdkRequestsSession() {
        assertThat(server.sessions()).isPositive();
    }

    @Test
    void singleWalkListsManyKeys() {
        fill(storage(), 35);
        int before = server.listings();

        assertThat(keys("walk/", "", 10_000)).hasSize(35);

        assertThat(server.listings() - before)
                .as("requests, every second page empty")
                .isEqualTo(8);
    }

    @Test
    void listingKeepsFirstKeysUpToLimit() {
        fill(storage(), 35);

        assertThat(keys("walk/", "walk/04", 3)).containsExactly("walk/05", "walk/06", "walk/07");
        assertThat(keys("walk/1", "", 3)).containsExactly("walk/10", "walk/11", "walk/12");
        assertThat(keys("walk/3", "walk/33", 3)).containsExactly("walk/34");
    }

    @Test
    void otherUnorderedStoreIsUsedIfItsUriSaysSo() {
        try (var other =
                open(S3Mock.BUCKET, "&pathStyle=true&unorderedListing=true", UnpooledByteBufAllocator.DEFAULT)) {
            fill(other, 35);

            assertThat(await(other.list("walk/", "walk/08", 2)).stream().map(ObjectSummary::key))
                    .containsExactly("walk/09", "walk/10");
        }
    }

    @Test
    void unorderedListingIsNoticedIfUriDoesNotSaySo() {
        try (var other = open(S3Mock.BUCKET, "&pathStyle=true", UnpooledByteBufAllocator.DEFAULT)) {
            fill(other, 35);

            assertFails(
                    other.list("walk/", "", 1000),
                    InvalidRequestException.class,
                    "object=walk/",
                    "unorderedListing=true");
        }
    }

    private static void fill(ObjectStorage storage, int count) {
        List<String> keys = IntStream.range(0, count)
                .mapToObj(i -> String.format("walk/%02d", i))
                .toList();
        keys.forEach(key -> await(storage.put(key, ObjectBody.of(bytes("x")), PutCondition.ALWAYS)));
    }
}
