package io.s3stream.testkit.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A response.
 *
 * @param body empty if the response has none; {@code Content-Length} of a response to HEAD does not tell that
 */
record HttpAnswer(HttpHead head, HttpBody body) {

    static HttpAnswer xml(int status, String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        HttpHead head = new HttpHead("HTTP/1.1 " + status + " Proxy");
        head.add("Content-Type", "application/xml");
        head.add("Content-Length", Integer.toString(bytes.length));
        return new HttpAnswer(head, HttpBody.of(bytes));
    }

    static HttpAnswer error(int status, String code) {
        return xml(
                status,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                        + "</Code><Message>made by the fault proxy</Message></Error>");
    }

    /** Returns a response with the same headers and another body. */
    HttpAnswer withBody(byte[] bytes) {
        head.remove("transfer-encoding");
        head.set("Content-Length", Integer.toString(bytes.length));
        return new HttpAnswer(head, HttpBody.of(bytes));
    }

    void writeTo(OutputStream out, boolean isAnswerToHead) throws IOException {
        out.write(head.bytes());
        if (!isAnswerToHead) {
            body.copyTo(out);
        }
        out.flush();
    }
}
