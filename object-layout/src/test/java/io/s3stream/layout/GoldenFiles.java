package io.s3stream.layout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Version 1 of every structure, as bytes that never change: hexadecimal, 16 bytes a line.
 *
 * <p>{@link #main} writes new files into the directory it is given. Only a new format version is a reason to run it.
 * The old files stay and must stay readable.
 */
final class GoldenFiles {

    private static final int BYTES_A_LINE = 16;

    private GoldenFiles() {}

    /** Encodes each file with the present encoders. */
    static Map<String, ByteBuffer> encode() {
        Map<String, ByteBuffer> files = new LinkedHashMap<>();
        files.put("record-v1.hex", Samples.record(11, 100, 2, Samples.payload(10, 1)));
        files.put("record-without-payload-v1.hex", Samples.record(11, 100, 2, Samples.payload(0, 1)));
        files.put("frame-v1.hex", Samples.frame());
        files.put("empty-frame-v1.hex", emptyFrame());
        files.put("block-v1.hex", Samples.block(11, 100, 2, 2));
        files.put("object-v1.hex", Samples.object());
        files.put("tail-v1.hex", tail(Samples.object()));
        files.put("directory-v1.hex", directory());
        files.put("rewritten-index-v1.hex", rewrittenIndex());
        return files;
    }

    /** The frame after {@link Samples#frame}. */
    private static ByteBuffer emptyFrame() {
        ByteBuffer frame = ByteBuffer.allocate(512);
        int chain = FrameFormat.readHeader(Samples.frame(), 0).chain();
        FrameFormat.seal(frame, 0, 0, 512, FrameHeader.toSeal(5, 7, Samples.NONCE, 43, 42, 4608, chain));
        return frame;
    }

    private static ByteBuffer tail(ByteBuffer object) {
        int bytes = (int) ObjectIndex.tailBytes(object, object.limit());
        return object.slice(object.limit() - bytes, bytes);
    }

    /** Index and footer of an object with a block whose records were rewritten twice, and one of appended records. */
    private static ByteBuffer rewrittenIndex() {
        return ObjectIndex.encodeTail(
                List.of(new BlockEntry(11, 3, 100, 104, 7, 0, 155, 2), new BlockEntry(11, 3, 104, 105, 7, 155, 101)),
                256);
    }

    /** Blocks of 600 streams, 100 bytes each. */
    static List<BlockEntry> manyEntries() {
        List<BlockEntry> entries = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            entries.add(new BlockEntry(1000 + i, 3, 10L * i, 10L * i + 5, 1_700_000_000_000L + i, 100L * i, 100));
        }
        return entries;
    }

    /** The directory of an index of {@link #manyEntries}. */
    static ByteBuffer directory() {
        ByteBuffer tail = ObjectIndex.encodeTail(manyEntries(), 60_000);
        int bytes = IndexDirectory.find(tail, 60_000 + tail.remaining())
                .orElseThrow()
                .bytes();
        return tail.slice(0, bytes);
    }

    static ByteBuffer read(String name) throws IOException {
        try (InputStream in = GoldenFiles.class.getResourceAsStream("golden/" + name)) {
            if (in == null) {
                throw new IOException("no golden file " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return ByteBuffer.wrap(HexFormat.of().parseHex(text.replaceAll("\\s", "")));
        }
    }

    private static String lines(ByteBuffer bytes) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < bytes.limit(); i++) {
            lines.append(HexFormat.of().toHexDigits(bytes.get(i)));
            boolean last = i == bytes.limit() - 1;
            lines.append(last || i % BYTES_A_LINE == BYTES_A_LINE - 1 ? "\n" : " ");
        }
        return lines.toString();
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, ByteBuffer> file : encode().entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), lines(file.getValue()), StandardCharsets.US_ASCII);
        }
    }
}
