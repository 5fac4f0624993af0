package io.s3stream.wal.nfs;

import io.s3stream.wal.nfs.ForwardingDirectory.ForwardingFile;
import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The WAL with one of its rules broken, through its directory. */
enum Mutant {
    NONE(directory -> directory, directory -> directory),
    FENCE_FILE_KEPT_OPEN(Mutant::keepingFencesOpen, directory -> directory),
    FENCE_CHECKED_BEFORE_THE_SYNC(Mutant::lookingEarly, directory -> directory),
    ABSENT_FENCE_TAKEN_FOR_UNSET(Mutant::seeingNoFence, directory -> directory),
    FAILED_SYNC_TRIED_AGAIN(Mutant::syncingTwice, directory -> directory),
    SCAN_WITHOUT_A_SYNC(directory -> directory, Mutant::notSyncing),
    END_OF_LOG_LOOKED_UP(directory -> directory, Mutant::lookingUp),
    NAMES_REPEAT_ACROSS_STORES(Mutant::withoutNonce, Mutant::withoutNonce),
    NOCTO_ALLOWED(Mutant::hidingOptions, Mutant::hidingOptions);

    final UnaryOperator<NfsDirectory> writer;
    final UnaryOperator<NfsDirectory> fencer;

    Mutant(UnaryOperator<NfsDirectory> writer, UnaryOperator<NfsDirectory> fencer) {
        this.writer = writer;
        this.fencer = fencer;
    }

    private static boolean isFence(String name) {
        return name.endsWith(".fence");
    }

    private static NfsDirectory keepingFencesOpen(NfsDirectory directory) {
        Map<String, NfsFile> kept = new HashMap<>();
        return new ForwardingDirectory(directory) {
            @Override
            public NfsFile open(String name) throws IOException {
                if (!isFence(name)) {
                    return super.open(name);
                }
                if (!kept.containsKey(name)) {
                    kept.put(name, super.open(name));
                }
                return new ForwardingFile(kept.get(name)) {
                    @Override
                    public void close() {
                        // kept
                    }
                };
            }
        };
    }

    /** Returns the state seen at the beginning of the latest write. */
    private static NfsDirectory lookingEarly(NfsDirectory directory) {
        boolean[] wasSet = new boolean[1];
        return new ForwardingDirectory(directory) {
            @Override
            NfsFile wrap(String name, NfsFile file) {
                String fence = name.replaceFirst("-[0-9a-f]+\\.wal$", ".fence");
                return !name.endsWith(".wal")
                        ? file
                        : new ForwardingFile(file) {
                            @Override
                            public void write(ByteBuffer source, long position) throws IOException {
                                try (NfsFile early = to.open(fence)) {
                                    wasSet[0] = early.size() != 0;
                                } catch (IOException e) {
                                    wasSet[0] = true;
                                }
                                super.write(source, position);
                            }
                        };
            }

            @Override
            public NfsFile open(String name) throws IOException {
                return isFence(name) ? new Empty(wasSet[0] ? 1 : 0) : super.open(name);
            }
        };
    }

    private static NfsDirectory seeingNoFence(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            public NfsFile open(String name) throws IOException {
                try {
                    return super.open(name);
                } catch (NoSuchFileException e) {
                    if (isFence(name)) {
                        return new Empty(0);
                    }
                    throw e;
                }
            }
        };
    }

    /** R40: a fence file of another store looks like this one's. */
    private static NfsDirectory withoutNonce(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            private String plain(String name) {
                return isFence(name) ? name.replaceFirst("-[0-9a-f]+\\.fence$", ".fence") : name;
            }

            @Override
            public NfsFile createNew(String name) throws IOException {
                return super.createNew(plain(name));
            }

            @Override
            public NfsFile open(String name) throws IOException {
                return super.open(plain(name));
            }

            @Override
            public void extend(String name) throws IOException {
                super.extend(plain(name));
            }

            @Override
            public void delete(String name) throws IOException {
                super.delete(plain(name));
            }
        };
    }

    private static NfsDirectory syncingTwice(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            NfsFile wrap(String name, NfsFile file) {
                return new ForwardingFile(file) {
                    @Override
                    public void force() throws IOException {
                        try {
                            super.force();
                        } catch (IOException e) {
                            super.force();
                        }
                    }
                };
            }
        };
    }

    /** R12. */
    private static NfsDirectory notSyncing(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            NfsFile wrap(String name, NfsFile file) {
                return !name.endsWith(".wal")
                        ? file
                        : new ForwardingFile(file) {
                            @Override
                            public void force() {
                                // left to the cache
                            }
                        };
            }
        };
    }

    private static NfsDirectory lookingUp(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            public NfsFile createNew(String name) throws IOException {
                try (NfsFile file = to.open(name)) {
                    throw new FileAlreadyExistsException(name + " of " + file.size());
                } catch (NoSuchFileException e) {
                    return new Empty(0);
                }
            }
        };
    }

    private static NfsDirectory hidingOptions(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            public Mount mount() throws IOException {
                Mount mount = super.mount();
                return new Mount(mount.point(), mount.type(), Set.of());
            }
        };
    }

    /** Has a size and nothing else. */
    private record Empty(long size) implements NfsFile {

        @Override
        public int read(ByteBuffer target, long position) {
            return 0;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }
}
