package io.s3stream.core.metadata.codec;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.spi.wal.WalDescriptor;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Encodes descriptors, positions and string maps as parts of other structures. */
final class DescriptorCodec {

    private DescriptorCodec() {}

    static void write(ByteWriter out, WalDescriptor descriptor) {
        out.string(descriptor.uri().toString())
                .signed(descriptor.walEpoch())
                .fixed64(descriptor.nonce())
                .signed(descriptor.alignment())
                .signed(descriptor.maxFrameBytes())
                .signed(descriptor.maxInFlight())
                .signed(descriptor.maxInFlightBytes())
                .signed(descriptor.capacityBytes());
        write(out, descriptor.properties());
    }

    static WalDescriptor readDescriptor(ByteReader in) {
        return new WalDescriptor(
                URI.create(in.string()),
                in.signed(),
                in.fixed64(),
                in.signedInt(),
                in.signedInt(),
                in.signedInt(),
                in.signedInt(),
                in.signed(),
                readMap(in));
    }

    static void write(ByteWriter out, CommittedPosition position) {
        out.signed(position.sequence())
                .signed(position.walEpoch())
                .signed(position.endPosition())
                .fixed32(position.checksum());
    }

    static CommittedPosition readPosition(ByteReader in) {
        return new CommittedPosition(in.signed(), in.signed(), in.signed(), in.fixed32());
    }

    /** Writes the entries by key, so that equal maps have equal bytes. */
    static void write(ByteWriter out, Map<String, String> map) {
        out.unsigned(map.size());
        new TreeMap<>(map).forEach((key, value) -> out.string(key).string(value));
    }

    static Map<String, String> readMap(ByteReader in) {
        int size = in.count(2);
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < size; i++) {
            if (map.put(in.string(), in.string()) != null) {
                throw in.corrupted("duplicate key");
            }
        }
        return Map.copyOf(map);
    }
}
