package io.s3stream.storage.s3.options;

import io.s3stream.api.errors.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Refuses options that contradict each other. Stateless. */
final class Conflicts {

    private Conflicts() {}

    static void check(S3OptionsBuilder options) {
        if (options.kmsKeyId != null && options.sse == Encryption.S3) {
            throw new InvalidRequestException("S3 options sse='s3' and kmsKeyId='" + options.kmsKeyId
                    + "': SSE-S3 has no key of AWS KMS; leave one out, or write sse=kms");
        }
        if (options.client != null) {
            checkOwnClient(options);
        }
        if (options.endpoint != null && (options.fips || options.dualStack)) {
            throw new InvalidRequestException("S3 options endpoint='" + options.endpoint + "' and "
                    + (options.fips ? "fips" : "dualStack")
                    + "=true: the SDK chooses that endpoint itself; leave one out");
        }
        if (options.endpoint != null
                && Endpoints.isPlain(options.endpoint)
                && !Endpoints.isLoopback(options.endpoint)
                && !options.allowHttp) {
            throw new InvalidRequestException("S3 option endpoint='" + options.endpoint
                    + "': plain HTTP sends data readably over the network; write https://, or allow it with"
                    + " allowHttp=true");
        }
    }

    private static void checkOwnClient(S3OptionsBuilder options) {
        Map<String, Boolean> shaping = new LinkedHashMap<>();
        shaping.put("credentials", options.credentials != null);
        shaping.put("region", options.region != null);
        shaping.put("endpoint", options.endpoint != null);
        shaping.put("pathStyle", options.pathStyle != null);
        shaping.put("requestChecksums", options.requestChecksums != null);
        shaping.put("responseChecksums", options.responseChecksums != null);
        shaping.put("connectTimeout", options.connectTimeout != null);
        shaping.put("readTimeout", options.readTimeout != null);
        shaping.put("callTimeout", options.callTimeout != null);
        shaping.put("retries", options.retries != null);
        shaping.put("proxy", options.proxy != null);
        shaping.put("caFile", options.caFile != null);
        shaping.put("fips", options.fips);
        shaping.put("dualStack", options.dualStack);
        shaping.forEach((option, isSet) -> {
            if (isSet) {
                throw new InvalidRequestException("S3 options client and " + option
                        + ": a client of the host has its own; set it at the client, or leave one out");
            }
        });
    }
}
