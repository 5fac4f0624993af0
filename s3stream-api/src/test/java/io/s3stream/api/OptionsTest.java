package io.s3stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void epochOfATakeOverIsPositive() {
        TakeOverOptions options = TakeOverOptions.defaults().ifEpoch(3).walUris(List.of(URI.create("store:/")));
        assertThat(options.ifEpoch()).hasValue(3);
        assertThat(options.walUris()).hasSize(1);
        assertThatThrownBy(() -> options.ifEpoch(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ifEpoch=0");
    }

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
