package io.s3stream.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StreamRange;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamInfosTest {

    private static final int RANGES = 100_000;

    private int lookups;

    @Test
    void streamOfManyRangesIsDescribedWithoutReadingThem() {
        List<RangeList.Range> ranges = new ArrayList<>();
        for (int i = 0; i < RANGES; i++) {
            ranges.add(new RangeList.Range(i, i + 1, i + 1, 10, 0));
        }
        StreamMetadata stream = StreamMetadata.created(7, "s", Map.of())
                .withRecords(1, 0, RANGES, RangeList.of(ranges), EpochList.EMPTY.with(1, 0));
        MetadataView view = view(stream);
        List<StreamInfo> infos = List.of(
                StreamInfos.find(view, "s").orElseThrow(),
                StreamInfos.describe(view, 7).orElseThrow(),
                StreamInfos.list(view, "", 0, 10).get(0));
        List<StreamRange> described = StreamInfos.ranges(view, 7);
        assertThat(lookups).isZero();
        assertThat(infos).allMatch(info -> info.bytes() == 10L * RANGES);
        assertThat(described).hasSize(RANGES).isUnmodifiable();
        assertThat(described.get(4_711)).isEqualTo(new StreamRange(4_711, 4_712, "data/4712", 10));
    }

    private MetadataView view(StreamMetadata stream) {
        return (MetadataView) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {MetadataView.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "findStream" -> Optional.of(stream);
                    case "stream" -> stream;
                    case "streams" -> List.of(stream);
                    case "quarantine" -> null;
                    case "object" -> {
                        lookups++;
                        long id = (Long) arguments[0];
                        yield new ObjectMetadata(id, "data/" + id, 10, 1, 10);
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
