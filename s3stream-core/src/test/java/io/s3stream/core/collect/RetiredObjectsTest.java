package io.s3stream.core.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.layout.ObjectKeys;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetiredObjectsTest {

    private static final long GRACE = 1000;

    private final RetiredObjects retired = new RetiredObjects(new CollectRules(), 3, GRACE);

    private static ObjectMetadata object(long id, int node) {
        return new ObjectMetadata(id, ObjectKeys.data(node, 1, id), 10, 0, 0);
    }

    @Test
    void objectIsDueOneGracePeriodAfterFirstSeen_R21() {
        List<ObjectMetadata> one = List.of(object(1, 3));
        assertThat(retired.due(one, 5000)).isEmpty();
        assertThat(retired.due(one, 5999)).isEmpty();
        assertThat(retired.due(List.of(object(1, 3), object(2, 3)), 6000)).containsExactlyElementsOf(one);
    }

    @Test
    void clockMayBeNegative() {
        List<ObjectMetadata> one = List.of(object(1, 3));
        assertThat(retired.due(one, -500)).isEmpty();
        assertThat(retired.due(one, 499)).isEmpty();
        assertThat(retired.due(one, 500)).hasSize(1);
    }

    @Test
    void objectsOfOtherNodesWaitLonger() {
        List<ObjectMetadata> others = List.of(object(1, 4), new ObjectMetadata(2, "data/strange", 10, 0, 0));
        assertThat(retired.due(others, 0)).isEmpty();
        assertThat(retired.due(others, 3 * GRACE - 1)).isEmpty();
        assertThat(retired.due(others, 3 * GRACE)).hasSize(2);
    }

    @Test
    void removedObjectIsDroppedFromCache() {
        assertThat(retired.due(List.of(object(1, 3)), 0)).isEmpty();
        assertThat(retired.due(List.of(), 10)).isEmpty();
        assertThat(retired.due(List.of(object(1, 3)), GRACE)).isEmpty();
    }
}
