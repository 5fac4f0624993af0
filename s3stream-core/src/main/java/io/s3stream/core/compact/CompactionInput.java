package io.s3stream.core.compact;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.layout.ObjectIndex;

/** An object to compact. */
record CompactionInput(ObjectMetadata object, ObjectIndex index) {}
