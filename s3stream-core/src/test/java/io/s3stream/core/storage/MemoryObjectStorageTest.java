package io.s3stream.core.storage;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ObjectStorageContract;

class MemoryObjectStorageTest extends ObjectStorageContract {

    @Override
    protected ObjectStorage openStorage(ByteBufAllocator allocator) {
        return new MemoryObjectStorage(allocator);
    }
}
