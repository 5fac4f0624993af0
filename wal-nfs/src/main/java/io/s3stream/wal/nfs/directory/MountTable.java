package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The mounts of this machine, from {@code /proc/self/mountinfo}. Immutable. */
public final class MountTable {

    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    private final List<Mount> mounts;

    private MountTable(List<Mount> mounts) {
        this.mounts = mounts;
    }

    /** Returns the table of this process, which is empty on a system without mount tables. */
    public static MountTable current() throws IOException {
        return Files.isReadable(MOUNT_INFO)
                ? parse(Files.readAllLines(MOUNT_INFO))
                : new MountTable(Collections.emptyList());
    }

    /** Parses lines {@code 36 35 98:0 /root /point rw,noatime master:1 - type source superoptions}, see proc(5). */
    public static MountTable parse(List<String> lines) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.split(" ");
            int separator = Arrays.asList(fields).indexOf("-");
            if (separator < 6 || separator + 3 >= fields.length) {
                continue;
            }
            Set<String> options = new HashSet<>(Arrays.asList(fields[5].split(",")));
            options.addAll(Arrays.asList(fields[separator + 3].split(",")));
            mounts.add(new Mount(unescape(fields[4]), fields[separator + 1], options));
        }
        return new MountTable(mounts);
    }

    /** Returns the mount of an absolute path without symbolic links: the longest mount point, the latest mounted. */
    public Mount of(Path path) {
        @Nullable Mount found = null;
        for (Mount mount : mounts) {
            boolean closer =
                    found == null || mount.point().length() >= found.point().length();
            if (closer && path.startsWith(mount.point())) {
                found = mount;
            }
        }
        return found == null ? Mount.UNKNOWN : found;
    }

    private static String unescape(String text) {
        return OCTAL.matcher(text)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
    }
}
