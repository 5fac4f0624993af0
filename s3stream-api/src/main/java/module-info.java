/** The public API of S3Stream and the interfaces its backends implement. */
module io.s3stream.api {
    requires transitive io.netty.buffer;
    requires static transitive org.jspecify;

    exports io.s3stream.api;
    exports io.s3stream.api.errors;
    exports io.s3stream.api.metadata;
    exports io.s3stream.api.retention;
    exports io.s3stream.api.text;
    exports io.s3stream.api.tools;
    exports io.s3stream.spi.metadata;
    exports io.s3stream.spi.metrics;
    exports io.s3stream.spi.runtime;
    exports io.s3stream.spi.storage;
    exports io.s3stream.spi.storage.support;
    exports io.s3stream.spi.wal;

    uses io.s3stream.api.StreamStoreProvider;
    uses io.s3stream.spi.metadata.RegisterProvider;
    uses io.s3stream.spi.storage.ObjectStorageProvider;
    uses io.s3stream.spi.wal.WalProvider;
}
