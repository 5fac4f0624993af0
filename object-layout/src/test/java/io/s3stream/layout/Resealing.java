package io.s3stream.layout;

import java.nio.ByteBuffer;

/** Puts valid checksums over changed bytes, so that tests reach the checks behind the checksums. */
final class Resealing {

    private Resealing() {}

    static ByteBuffer frameHeader(ByteBuffer frame) {
        return frame.limit() < FrameFormat.HEADER_BYTES ? frame : frame.putInt(68, Checksums.crc32c(frame, 0, 68));
    }

    static ByteBuffer blockHeader(ByteBuffer block) {
        return block.limit() < BlockFormat.HEADER_BYTES ? block : block.putInt(44, Checksums.crc32c(block, 0, 44));
    }

    /** Reseals index and footer of a whole object, as far as the footer's index size makes sense. */
    static ByteBuffer tail(ByteBuffer object) {
        int footer = object.limit() - ObjectIndex.FOOTER_BYTES;
        if (footer < 0) {
            return object;
        }
        int indexBytes = object.getInt(footer + 8);
        if (indexBytes >= 0 && indexBytes <= footer) {
            object.putInt(footer + 12, Checksums.crc32c(object, footer - indexBytes, indexBytes));
        }
        return object.putInt(footer + 32, Checksums.crc32c(object, footer, 32));
    }

    /** Reseals the payload checksums of the records from {@code from} on, as far as their headers are well-formed. */
    static ByteBuffer payloads(ByteBuffer bytes, int from) {
        int at = from;
        while (bytes.limit() - at > RecordFormat.HEADER_BYTES) {
            int room = bytes.limit() - at - RecordFormat.HEADER_BYTES;
            int length = bytes.getInt(at + 4);
            if (length < 1 || length > room) {
                break;
            }
            bytes.putInt(at + 36, Checksums.crc32c(bytes, at + RecordFormat.HEADER_BYTES, length));
            at += RecordFormat.HEADER_BYTES + length;
        }
        return bytes;
    }
}
