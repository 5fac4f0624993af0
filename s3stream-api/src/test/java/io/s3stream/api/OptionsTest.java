package io.s3stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.metadata.StreamInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void tagsAreCopiedWhenOptionsAreMade() {
        Map<String, String> tags = new HashMap<>(Map.of("topic", "orders"));
        CreateOptions options = new CreateOptions("orders-0", tags);
        tags.clear();
        assertThat(options.tags()).containsExactly(Map.entry("topic", "orders"));
        assertThat(options.tags()).isUnmodifiable();
    }

    @Test
    void streamNeedsNoName() {
        assertThat(CreateOptions.unnamed()).isEqualTo(CreateOptions.named(""));
    }

    @Test
    void ownersChooseEpochOrLeaveItToStore() {
        assertThat(OpenOptions.owner()).isEqualTo(new OpenOptions(0));
        assertThat(OpenOptions.owner(7)).isEqualTo(new OpenOptions(7));
    }

    @Test
    void streamDescriptionIsImmutable() {
        StreamInfo info = new StreamInfo(1, "", new HashMap<>(), 1, 0, -1, 0, 5, 99, false, Optional.empty());
        assertThat(info.tags()).isUnmodifiable();
    }
}
