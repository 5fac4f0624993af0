package io.s3stream.core.storage;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.testkit.storage.MetadataRegisterContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class StorageRegisterTest {

    @Nested
    class InMemory extends MetadataRegisterContract {
        @Override
        protected MetadataRegister openRegister() {
            return new StorageRegister(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), "meta/head");
        }
    }

    @Nested
    class InADirectory extends MetadataRegisterContract {
        @TempDir
        Path directory;

        @Override
        protected MetadataRegister openRegister() {
            var storage = DirectoryObjectStorageTest.open(directory, UnpooledByteBufAllocator.DEFAULT);
            return new StorageRegister(storage, "meta/head");
        }
    }
}
