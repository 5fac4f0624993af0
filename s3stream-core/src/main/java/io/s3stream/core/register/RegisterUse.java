package io.s3stream.core.register;

/** What a register is opened for: whether a store may come into being, and over what. */
public enum RegisterUse {
    /** By a node: a new store begins where nothing is. */
    STORE,
    /** By a rebuild: a new store begins over the objects of one whose metadata is lost. */
    REBUILD,
    /** By a tool that looks: nothing is written. */
    LOOK
}
