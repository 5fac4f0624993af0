package io.s3stream.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of storages for keys, listings and deletions; inherited by {@link ObjectStorageContract}. */
public abstract class ListingContract extends MultipartContract {

    // ---- keys ----

    @Test
    void keysThatNoStoreWouldTakeAreRefused() {
        for (String key : List.of("", "/a", "a b", "ä", "a?b", "k".repeat(513))) {
            assertFails(storage().head(key), InvalidRequestException.class, "key=");
            assertFails(storage().get(key, ByteRange.WHOLE), InvalidRequestException.class, "key=");
            assertFails(
                    storage().put(key, ObjectBody.of(bytes("x")), PutCondition.ALWAYS),
                    InvalidRequestException.class,
                    "key=");
        }
    }

    @Test
    void theLongestKeyWorks() {
        String key = "data/" + "k".repeat(300) + "/" + "x".repeat(206);
        put(key, "deep");

        assertThat(key).hasSize(512);
        assertThat(readText(key)).isEqualTo("deep");
        assertThat(allKeys("data/kk")).containsExactly(key);
    }

    @Test
    void aKeyMayBeAPrefixOfAnother() {
        put("a", "1");
        put("a/b", "2");
        put("a/b/c", "3");

        assertThat(readText("a") + readText("a/b") + readText("a/b/c")).isEqualTo("123");
        await(storage().delete(List.of("a/b")));
        assertThat(allKeys("")).containsExactly("a", "a/b/c");
    }

    // ---- listing ----

    @Test
    void anEmptyStorageListsNothing() {
        assertThat(await(storage().list("", "", 1000))).isEmpty();
    }

    @Test
    void keysAreListedInByteOrder() {
        List<String> keys = List.of("A", "a", "a-b", "a.b", "a/b", "a/b/c", "a/c", "a0", "aB", "a_b", "ab", "b");
        keys.forEach(key -> put(key, "x"));

        assertThat(allKeys("")).isEqualTo(keys.stream().sorted().toList());
    }

    @Test
    void onlyKeysThatBeginWithThePrefixAreListed() {
        List.of("a/1", "a/2", "ab", "b/1", "a", "c").forEach(key -> put(key, "x"));

        assertThat(allKeys("a/")).containsExactly("a/1", "a/2");
        assertThat(allKeys("a")).containsExactly("a", "a/1", "a/2", "ab");
        assertThat(allKeys("z")).isEmpty();
    }

    @Test
    void aListingStartsAfterAKeyWhichNeedNotExist() {
        List.of("a/1", "a/3", "a/5", "b").forEach(key -> put(key, "x"));

        assertThat(keys("a/", "a/1", 10)).containsExactly("a/3", "a/5");
        assertThat(keys("a/", "a/2", 10)).containsExactly("a/3", "a/5");
        assertThat(keys("a/", "Z", 10)).containsExactly("a/1", "a/3", "a/5");
        assertThat(keys("a/", "a/5", 10)).isEmpty();
        assertThat(keys("a/", "b", 10)).isEmpty();
    }

    @Test
    void aListingIsLimited() {
        List.of("a", "b", "c", "d").forEach(key -> put(key, "x"));

        assertThat(keys("", "", 2)).containsExactly("a", "b");
        assertThat(keys("", "b", 2)).containsExactly("c", "d");
        assertFails(storage().list("", "", 0), InvalidRequestException.class, "limit=0");
    }

    @Test
    void allOfManyKeysAreListedAndDeleted() {
        List<String> keys = IntStream.range(0, manyKeys())
                .mapToObj(i -> String.format("many/%02x/%05d", i % 7, i))
                .sorted()
                .toList();
        for (int from = 0; from < keys.size(); from += 50) {
            keys.subList(from, Math.min(keys.size(), from + 50)).stream()
                    .map(key -> storage().put(key, ObjectBody.of(bytes(key)), PutCondition.ALWAYS))
                    .toList()
                    .forEach(StorageFixture::await);
        }
        assertThat(allKeys("many/")).isEqualTo(keys);

        assertThat(await(storage().delete(keys))).isEmpty();

        assertThat(allKeys("")).isEmpty();
    }

    // ---- deleting ----

    @Test
    void deletedObjectsAreGoneAndOthersStay() {
        List.of("a", "b", "c").forEach(key -> put(key, "x"));

        assertThat(await(storage().delete(List.of("a", "c")))).isEmpty();

        assertThat(get("a", ByteRange.WHOLE)).isEmpty();
        assertThat(allKeys("")).containsExactly("b");
    }

    @Test
    void deletingWhatIsNotThereSucceeds() {
        assertThat(await(storage().delete(List.of("none", "nothing/at/all")))).isEmpty();
        assertThat(await(storage().delete(List.of()))).isEmpty();
    }
}
