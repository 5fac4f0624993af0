package io.s3stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class StreamStoreBuilderTest {

    @Test
    void builderKeepsItsOptions() {
        StoreConfig config = StoreConfig.fromMap(Map.of("frameBytes", "8KiB"));
        Executor executor = Runnable::run;
        StreamStoreBuilder builder = StreamStore.builder()
                .storage("s3://bucket/prefix?region=eu-west-1&pathStyle=true")
                .wal(URI.create("block:///tmp/wal?capacity=1GiB"))
                .nodeId(Integer.MAX_VALUE)
                .config(config)
                .callbackExecutor(executor);
        assertThat(builder.storageUri()).hasScheme("s3").hasHost("bucket");
        assertThat(builder.walUri()).isEqualTo(URI.create("block:///tmp/wal?capacity=1GiB"));
        assertThat(builder.nodeId()).isEqualTo(Integer.MAX_VALUE);
        assertThat(builder.config()).isSameAs(config);
        assertThat(builder.callbackExecutor()).isSameAs(executor);
        assertThat(builder.runtime()).isNull();
        assertThat(builder.objectStorage()).isNull();
    }

    @Test
    void negativeNodeIsRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder().nodeId(-1))
                .withMessageContaining("nodeId=-1");
    }

    @Test
    void invalidUriTextIsRefusedWithItsOption() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder().storage("file:///my data"))
                .withMessageContaining("storage=file:///my data: not a URI");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder().wal("C:\\wal"))
                .withMessageContaining("wal=C:\\wal: not a URI");
    }

    @Test
    void schemeAloneStandsForItsRoot() {
        StreamStoreBuilder builder = StreamStore.builder().storage("memory:").wal("store:");
        assertThat(builder.storageUri()).isEqualTo(URI.create("memory:/")).hasScheme("memory");
        assertThat(builder.walUri()).isEqualTo(URI.create("store:/"));
    }

    @Test
    void inlineCallbacksExcludeExecutor() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder()
                        .storage("memory:")
                        .wal("store:")
                        .inlineCallbacks(true)
                        .callbackExecutor(Runnable::run)
                        .open())
                .withMessageContaining("inlineCallbacks=true and a callbackExecutor");
    }

    @Test
    void openingWithoutStorageOrWalNamesMissingOption() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder().open())
                .withMessageContaining("storage is not set: give storage(");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder().storage("memory:").open())
                .withMessageContaining("wal is not set: give wal(");
    }

    @Test
    void openingWithoutImplementationNamesMissingDependency() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder()
                        .storage("memory:")
                        .wal("block:///tmp/wal")
                        .open())
                .withMessageContaining("io.s3stream:s3stream-core");
    }
}
